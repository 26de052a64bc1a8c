import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';

interface FigureMenuProps {
  readonly title: string;
  /** The figure as SVG. What draws figures is loaded when it is needed. @param inches its width */
  readonly draw: (inches: number) => string | Promise<string>;
}

/** Widths of figures in papers: one column, and both. */
const choices = [
  { label: 'SVG, one column (3.3 in)', format: 'svg', inches: 3.3 },
  { label: 'SVG, full width (6.9 in)', format: 'svg', inches: 6.9 },
  { label: 'PNG, full width, 300 dpi', format: 'png', inches: 6.9 },
] as const;

/** Saves a figure as a file of publication quality. */
export function FigureMenu({ title, draw }: FigureMenuProps) {
  const root = useRef<HTMLSpanElement>(null);
  const isOpen = useSignal(false);
  const save = async ({ format, inches }: (typeof choices)[number]) => {
    isOpen.value = false;
    const { saveFigure } = await import('./save-figure.js');
    await saveFigure(title, await draw(inches), format, inches);
  };
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen.value) return;
    isOpen.value = false;
    event.stopPropagation();
  };
  const leave = ({ relatedTarget }: FocusEvent) => {
    if (!root.current!.contains(relatedTarget as Element | null)) isOpen.value = false;
  };
  const button = { type: 'button', onKeyDown: close, onBlur: leave } as const;
  return (
    <span class="chart-menu" ref={root}>
      <button
        {...button}
        class="chart-button"
        aria-label={`Save ${title} as a figure`}
        title="Save as a figure"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        ⤓
      </button>
      {isOpen.value ? (
        <ul>
          {choices.map((choice) => (
            <li key={choice.label}>
              <button {...button} onClick={() => void save(choice)}>
                {choice.label}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </span>
  );
}
