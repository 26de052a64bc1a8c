import type { CompletionOption } from './completion.js';

interface CompletionListProps {
  readonly options: readonly CompletionOption[];
  readonly chosen: number;
  readonly onTake: (at: number) => void;
}

/** What could be written at the cursor of the filter. */
export function CompletionList({ options, chosen, onTake }: CompletionListProps) {
  return (
    <div
      id="filter-options"
      role="listbox"
      aria-label="Completions"
      class={options.length === 0 ? '' : 'filter-options'}
    >
      {options.map(({ text, detail }, at) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box, whose keys choose
        <div
          key={text}
          id={`filter-option-${at}`}
          role="option"
          aria-selected={at === chosen}
          onPointerDown={(event) => {
            // The box keeps the focus.
            event.preventDefault();
            onTake(at);
          }}
        >
          <span>{text}</span>
          <span class="muted">{detail}</span>
        </div>
      ))}
    </div>
  );
}
