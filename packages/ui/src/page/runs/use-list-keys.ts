import type { Signal } from '@preact/signals';
import { open } from '../address/location.js';
import { compareHref, runHref } from '../parts/hrefs.js';
import { type KeyBinding, useKeys } from '../parts/keys.js';
import { select, selection } from './state/selection.js';
import type { Lines } from './table/list-lines.js';
import { focusCursor, type PageActions } from './use-list-actions.js';

interface ListKeys {
  readonly lines: Lines | undefined;
  readonly cursor: Signal<number>;
  readonly actions: PageActions;
}

/** The keys of the list. */
export function useListKeys({ lines, cursor, actions }: ListKeys): void {
  const count = lines?.count ?? 0;
  const moveTo = (line: number) => {
    if (count === 0) return;
    cursor.value = Math.max(0, Math.min(count - 1, line));
    focusCursor();
  };
  const move = (by: number) => () => moveTo(cursor.value < 0 ? 0 : cursor.value + by);
  const page = () => Math.max(1, Math.floor(innerHeight / 28) - 6);
  const line = () => (cursor.value < 0 ? undefined : lines?.at(cursor.value));
  const act = (): void => {
    const at = line();
    if (at?.kind === 'run') open(runHref(at.row.id));
    if (at?.kind === 'group') actions.toggleGroup(at.group.where);
  };
  const edit = (): void => {
    const at = line();
    if (at?.kind === 'run') actions.edit?.(at.row);
  };
  const bindings: KeyBinding[] = [
    { key: 'j', does: 'next run', run: move(1) },
    { key: 'ArrowDown', does: 'next run', run: move(1) },
    { key: 'k', does: 'previous run', run: move(-1) },
    { key: 'ArrowUp', does: 'previous run', run: move(-1) },
    { key: 'PageDown', does: 'a page down', run: () => move(page())() },
    { key: 'PageUp', does: 'a page up', run: () => move(-page())() },
    { key: 'Home', does: 'first run', run: () => moveTo(0) },
    { key: 'End', does: 'last run', run: () => moveTo(count - 1) },
    { key: 'x', does: 'select the run', run: () => cursor.value >= 0 && actions.toggleLine(cursor.value) },
    { key: 'X', does: 'select up to the run', run: () => cursor.value >= 0 && actions.selectTo(cursor.value) },
    {
      key: 'c',
      does: 'compare the selected runs',
      run: () => selection.value.size > 0 && open(compareHref([...selection.value])),
    },
    { key: 'Enter', does: 'open the run', run: act },
    { key: 'Escape', does: 'select none', run: () => select([]) },
  ];
  useKeys(
    actions.edit === undefined ? bindings : [...bindings, { key: 'e', does: 'edit tags, note and name', run: edit }],
  );
}
