import type { TableGroup, TableRow } from '../../../protocol/table.js';
import type { RowRange } from '../../tables/row-window.js';
import { groupName } from '../state/list-choices.js';
import { type Expansion, lineCount, placeOfLine } from './flat-rows.js';
import type { TableView } from './table-data.js';

/** A line of the list: a run or a group; undefined while it is loaded. */
export type Line =
  | { readonly kind: 'run'; readonly row: TableRow; readonly isInGroup: boolean }
  | { readonly kind: 'group'; readonly group: TableGroup; readonly isExpanded: boolean }
  | undefined;

/** The lines of the list, with runs below the expanded groups. */
export interface Lines {
  readonly count: number;
  at(line: number): Line;
  /** The row of the answer that a line is, or is below. */
  rowOf(line: number): number;
}

/** @param runsOf the runs of an expanded group, by the expression that selects them; undefined while they are loaded */
export function linesOf(
  view: TableView,
  expanded: readonly string[],
  runsOf: (where: string) => readonly TableRow[] | undefined,
): Lines {
  const { head, rows, groups } = view;
  if (view.query.group === null) {
    return {
      count: head.matching,
      at(line) {
        const row = rows.get(line);
        return row === undefined ? undefined : { kind: 'run', row, isInGroup: false };
      },
      rowOf: (line) => line,
    };
  }
  const isExpanded = ({ where }: TableGroup) => expanded.includes(groupName(where));
  const expansions: Expansion[] = [...groups]
    .filter(([, group]) => expanded.length > 0 && isExpanded(group))
    .map(([at, { where }]) => ({ at, lines: runsOf(where)?.length ?? 0 }))
    .sort((a, b) => a.at - b.at);
  return {
    count: lineCount(head.matching, expansions),
    at(line) {
      const place = placeOfLine(line, expansions);
      const group = groups.get(place.group);
      if (group === undefined) return undefined;
      if (place.run === undefined) return { kind: 'group', group, isExpanded: isExpanded(group) };
      return { kind: 'run', row: runsOf(group.where)![place.run]!, isInGroup: true };
    },
    rowOf: (line) => placeOfLine(line, expansions).group,
  };
}

export function linesIn(lines: Lines, { first, end }: RowRange): { readonly at: number; readonly line: Line }[] {
  const last = Math.min(end, lines.count);
  return Array.from({ length: Math.max(0, last - first) }, (_, at) => ({ at: first + at, line: lines.at(first + at) }));
}
