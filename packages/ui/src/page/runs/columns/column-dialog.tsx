import { useSignal } from '@preact/signals';
import type { TableField } from '../../../protocol/table.js';
import { setQuery } from '../../address/location.js';
import { Dialog } from '../../parts/dialog.js';
import { type ChosenColumns, foundChoices, keysOfColumns, withColumn, withMoved, withPin } from './choose-columns.js';
import { columnChoices } from './display-columns.js';

interface ColumnDialogProps {
  readonly fields: readonly TableField[];
  readonly shown: ChosenColumns;
  readonly areChosen: boolean;
  readonly onClose: () => void;
}

/** Chooses the columns, their order, and which stay while the table scrolls. */
export function ColumnDialog({ fields, shown, areChosen, onClose }: ColumnDialogProps) {
  const search = useSignal('');
  const choices = columnChoices(fields);
  const titleOf = (name: string) => choices.find((choice) => choice.name === name)?.title ?? name;
  const choose = (next: ChosenColumns) =>
    setQuery({ columns: keysOfColumns(next, choices).join(','), pinned: next.pinned.join(',') });
  const others = foundChoices(choices, search.value).filter(({ name }) => !shown.names.includes(name));
  return (
    <Dialog title="Columns" onClose={onClose}>
      <ul class="column-list" aria-label="Columns of the table">
        {shown.names.map((name, at) => {
          const title = titleOf(name);
          const isPinned = shown.pinned.includes(name);
          return (
            <li key={name}>
              <label>
                <input type="checkbox" checked onChange={() => choose(withColumn(shown, name, false))} /> {title}
              </label>
              <button
                type="button"
                class="quiet"
                aria-pressed={isPinned}
                onClick={() => choose(withPin(shown, name, !isPinned))}
              >
                {isPinned ? 'pinned' : 'pin'}
              </button>
              <button
                type="button"
                class="quiet"
                disabled={at === 0}
                aria-label={`Move ${title} to the left`}
                onClick={() => choose(withMoved(shown, name, -1))}
              >
                ↑
              </button>
              <button
                type="button"
                class="quiet"
                disabled={at === shown.names.length - 1}
                aria-label={`Move ${title} to the right`}
                onClick={() => choose(withMoved(shown, name, 1))}
              >
                ↓
              </button>
            </li>
          );
        })}
      </ul>
      <input
        type="search"
        class="text-input"
        aria-label="Find a flag or a metric"
        placeholder="Find a flag or a metric"
        value={search.value}
        onInput={({ currentTarget }) => {
          search.value = currentTarget.value;
        }}
      />
      <ul class="column-list" aria-label="Other columns">
        {others.map(({ name, title, isMetric }) => (
          <li key={name}>
            <label>
              <input type="checkbox" checked={false} onChange={() => choose(withColumn(shown, name, true))} /> {title}
            </label>
            <span class="muted">{isMetric ? 'metric' : name.startsWith('flags.') ? 'flag' : ''}</span>
          </li>
        ))}
        {others.length === 0 && (
          <li class="muted">Nothing else {search.value === '' ? 'there is' : 'has this name'}.</li>
        )}
      </ul>
      <form method="dialog" class="dialog-end">
        {areChosen && (
          <button type="button" class="button" onClick={() => setQuery({ columns: null, pinned: null })}>
            Show what differs
          </button>
        )}
        <button type="submit" class="button primary">
          Done
        </button>
      </form>
    </Dialog>
  );
}
