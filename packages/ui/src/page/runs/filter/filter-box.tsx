import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { TableField } from '../../../protocol/table.js';
import { useKeys } from '../../parts/keys.js';
import type { SourceError } from '../../source/source.js';
import { type Completion, complete, isUnfinished } from './completion.js';
import { CompletionList } from './completion-list.js';

interface FilterBoxProps {
  readonly where: string;
  readonly fields: readonly TableField[];
  readonly error: SourceError | undefined;
  readonly valuesOf: (field: string) => readonly string[];
  /** @param isStep whether Back returns to the filter before */
  readonly onChange: (where: string, isStep: boolean) => void;
  /** The person goes on to the rows. */
  readonly onDone: () => void;
}

/** How long after a key the filter applies, ms: not at once for each letter of a word. */
const delay = 80;
const none: Completion = { from: 0, to: 0, options: [] };

/** The filter, an expression as of `forge runs --where`. */
export function FilterBox({ where, fields, error, valuesOf, onChange, onDone }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const text = useSignal(where);
  const isOpen = useSignal(false);
  const chosen = useSignal(-1);
  /** Typing is one step for Back, however many letters. */
  const isTyping = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useKeys([{ key: '/', does: 'filter', run: () => input.current!.select() }]);
  /** What this box put into the address. Other changes come from elsewhere, such as Back. */
  const applied = useRef(where);
  useEffect(() => {
    if (where === applied.current) return;
    applied.current = where;
    text.value = where;
  }, [where]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (value: string) => {
    clearTimeout(timer.current);
    if (value.trim() === where.trim()) return;
    applied.current = value.trim();
    onChange(applied.current, !isTyping.current);
    isTyping.current = true;
  };
  const write = (value: string) => {
    text.value = value;
    chosen.value = -1;
    isOpen.value = true;
    clearTimeout(timer.current);
    // Half an expression is no mistake yet.
    if (!isUnfinished(value)) timer.current = setTimeout(apply, delay, value);
  };
  const atEnd = input.current === null || (input.current.selectionStart ?? 0) >= text.value.length;
  const completion = isOpen.value && atEnd ? complete(text.value, fields, valuesOf) : none;
  const take = (at: number) => {
    const { text: option } = completion.options[at]!;
    write(`${text.value.slice(0, completion.from)}${option}${option.endsWith('(') ? '' : ' '}`);
    input.current!.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const { options } = completion;
    const isShown = options.length > 0;
    if (event.key === 'ArrowDown' && isShown) chosen.value = (chosen.value + 1) % options.length;
    else if (event.key === 'ArrowUp' && isShown) chosen.value = (chosen.value <= 0 ? options.length : chosen.value) - 1;
    else if (event.key === 'ArrowDown') isOpen.value = true;
    else if (
      event.key === 'Tab' &&
      !event.shiftKey &&
      isShown &&
      (chosen.value >= 0 || completion.from < completion.to)
    )
      take(Math.max(0, chosen.value));
    else if (event.key === 'Enter' && chosen.value >= 0 && isShown) take(chosen.value);
    else if (event.key === 'Enter') {
      apply(text.value);
      isOpen.value = false;
      onDone();
    } else if (event.key === 'Escape') {
      if (isShown) isOpen.value = false;
      else onDone();
    } else return;
    event.preventDefault();
  };
  return (
    <search class="filter">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Filter"
        aria-expanded={completion.options.length > 0}
        aria-controls="filter-options"
        aria-activedescendant={chosen.value >= 0 ? `filter-option-${chosen.value}` : undefined}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : 'filter-error'}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder="Filter: best.valid.loss < 0.1 and tag = paper"
        value={text.value}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        onKeyDown={onKey}
        onFocus={() => {
          isTyping.current = false;
        }}
        onBlur={() => {
          isOpen.value = false;
          apply(text.value);
        }}
      />
      {text.value !== '' && (
        <button
          type="button"
          class="filter-clear"
          aria-label="Clear the filter"
          title="Clear the filter"
          onClick={() => {
            write('');
            apply('');
            isOpen.value = false;
          }}
        >
          ×
        </button>
      )}
      <div class="filter-below">
        <CompletionList options={completion.options} chosen={chosen.value} onTake={take} />
        {error !== undefined && <FilterError error={error} />}
      </div>
    </search>
  );
}

/** What is wrong with the expression. The rows of the last correct one stay. */
function FilterError({ error }: { readonly error: SourceError }) {
  return (
    <div id="filter-error" class="filter-error" role="status">
      <pre>{error.message}</pre>
      {error.hint !== null && <p>{error.hint}</p>}
    </div>
  );
}
