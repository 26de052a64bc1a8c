import type { Signal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { GroupBy, TableField } from '../../protocol/table.js';
import { setQuery } from '../address/location.js';
import type { Source } from '../source/source.js';
import { withCondition } from './filter/conditions.js';
import type { ListDialog } from './list-dialog.js';
import { groupName, type ListChoices, tableQueryOf } from './state/list-choices.js';
import type { ListActions } from './state/list-context.js';
import { addToSelection, toggle } from './state/selection.js';
import { formatSort, type SortKey, sortedBy } from './state/sort-order.js';
import type { Lines } from './table/list-lines.js';
import { idsOf, runsBetween } from './table/runs-between.js';

interface ListState {
  readonly choices: ListChoices;
  readonly sort: readonly SortKey[];
  readonly fields: readonly TableField[];
  readonly lines: Lines | undefined;
  readonly source: Source;
  readonly cursor: Signal<number>;
  readonly canEdit: boolean;
  readonly open: (dialog: ListDialog) => void;
}

export interface PageActions extends ListActions {
  readonly filter: (where: string, isStep: boolean) => void;
  readonly group: (group: GroupBy | null) => void;
  readonly selectAll: () => void;
  /** Selects from the line selected last up to another one. */
  readonly selectTo: (line: number) => void;
  readonly toggleLine: (line: number) => void;
  readonly focusRows: () => void;
}

/** What a person can do in the list. The actions stay the same objects, so that rows need not be drawn again. */
export function useListActions(state: ListState): PageActions {
  const latest = useRef(state);
  latest.current = state;
  /** The line that a range starts at. */
  const anchor = useRef(0);
  const { canEdit } = state;
  return useMemo((): PageActions => {
    const now = () => latest.current;
    const filter = (where: string, isStep: boolean) => setQuery({ where }, isStep);
    const toggleLine = (line: number) => {
      anchor.current = line;
      const found = now().lines?.at(line);
      if (found !== undefined) toggle(idsOf(found));
    };
    const selectTo = (line: number) => {
      const { lines, source, choices } = now();
      if (lines === undefined) return;
      void runsBetween(lines, anchor.current, line, source, tableQueryOf(choices)).then(addToSelection);
    };
    return {
      filter,
      toggleLine,
      selectTo,
      addCondition: (condition) => filter(withCondition(now().choices.where, condition), true),
      group: (group) => setQuery({ group, expanded: null }, true),
      toggleGroup: (where) => {
        const { expanded } = now().choices;
        const name = groupName(where);
        const changed = expanded.includes(name) ? expanded.filter((other) => other !== name) : [...expanded, name];
        setQuery({ expanded: changed.join(',') });
      },
      sortBy: ({ field }, isSecond) => {
        const { sort, fields } = now();
        setQuery({ sort: formatSort(sortedBy(sort, field, isSecond), fields) }, true);
      },
      selectAll: () => {
        const { lines, source, choices } = now();
        if (lines === undefined) return;
        void runsBetween(lines, 0, lines.count - 1, source, tableQueryOf(choices)).then(addToSelection);
      },
      click: (line, isRange) => {
        now().cursor.value = line;
        if (isRange) selectTo(line);
        else toggleLine(line);
      },
      focusRows: () => {
        const { cursor } = now();
        // The rows may still be those of a filter that was half typed, or none.
        if (cursor.value < 0) cursor.value = 0;
        focusCursor();
      },
      edit: canEdit ? (row) => now().open({ kind: 'edit', row }) : undefined,
    };
  }, [canEdit]);
}

/** Gives the focus to the line of the cursor, once it is drawn. */
export function focusCursor(): void {
  requestAnimationFrame(() => {
    const link = document.querySelector<HTMLElement>('.cursor .cursor-target');
    if (link === null) (document.activeElement as HTMLElement | null)?.blur();
    else link.focus({ preventScroll: true });
  });
}
