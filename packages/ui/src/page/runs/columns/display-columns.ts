import type { Cell, TableColumn, TableField } from '../../../protocol/table.js';

/** A column as it is shown: the last and the best value of a metric share one. */
export interface DisplayColumn {
  /** What identifies it: `flags.hidden`, `valid.auc` for a metric. */
  readonly name: string;
  readonly title: string;
  /** What is sorted by it. */
  readonly field: TableField;
  readonly isMetric: boolean;
  /** Where its value is among the cells of a row; the last value of a metric. */
  readonly at: number;
  /** Where the best value is among the cells; undefined if there is one value only. */
  readonly bestAt?: number;
  readonly equal?: Cell;
  /** The best of all listed runs. */
  readonly best?: number;
}

/** What a column of a metric is called, of its last and its best value alike: `valid.auc`. */
export function nameOf({ key, kind }: Pick<TableField, 'key' | 'kind'>): string {
  return kind === 'best' || kind === 'last' ? key.slice(key.indexOf('.') + 1) : key;
}

/** Facts that every table shows by itself. */
const shownAnyway = new Set(['status', 'experiment', 'number', 'created', 'duration', 'reason', 'tag', 'name', 'note']);

export function displayColumns(columns: readonly TableColumn[]): DisplayColumn[] {
  const byName = new Map<string, DisplayColumn>();
  for (const [at, column] of columns.entries()) {
    if (shownAnyway.has(column.key)) continue;
    const name = nameOf(column);
    const other = byName.get(name);
    byName.set(name, other === undefined ? alone(column, name, at) : together(other, column, at));
  }
  return [...byName.values()];
}

function alone(column: TableColumn, name: string, at: number): DisplayColumn {
  const isMetric = column.kind === 'best' || column.kind === 'last';
  const { key, title, kind, direction, equal, best } = column;
  const field = { key, title, kind, direction };
  const both = { name, title: isMetric ? name : title, field, isMetric, at };
  return { ...both, ...(equal === undefined ? {} : { equal }), ...(best === undefined ? {} : { best }) };
}

/** Sorted by the best value. They differ if one of them does. */
function together(other: DisplayColumn, column: TableColumn, at: number): DisplayColumn {
  const { key, title, kind, direction, best } = column;
  const { equal: _, ...rest } = other;
  const field = { key, title, kind, direction };
  const ownBest = best === undefined ? {} : { best };
  return kind === 'best' ? { ...rest, ...ownBest, field, bestAt: at } : { ...rest, at, bestAt: other.at };
}

/** Columns that tell runs apart, and those with one value in all of them. */
export interface SplitColumns {
  readonly shown: readonly DisplayColumn[];
  readonly same: readonly DisplayColumn[];
}

/** @param matching how many rows there are: of a single one everything is shown */
export function splitColumns(columns: readonly DisplayColumn[], matching: number): SplitColumns {
  const isSame = ({ equal }: DisplayColumn) => matching > 1 && equal !== undefined;
  return { shown: columns.filter((column) => !isSame(column)), same: columns.filter(isSame) };
}

/** Pinned ones first, each in its order. */
export function pinnedFirst(
  columns: readonly DisplayColumn[],
  pinned: readonly string[],
): { readonly column: DisplayColumn; readonly isPinned: boolean }[] {
  const first = pinned.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const rest = columns.filter((column) => !first.includes(column));
  return [
    ...first.map((column) => ({ column, isPinned: true })),
    ...rest.map((column) => ({ column, isPinned: false })),
  ];
}

/** A column that can be chosen, and the keys of fields that it has. */
export interface ColumnChoice {
  readonly name: string;
  readonly title: string;
  readonly isMetric: boolean;
  readonly keys: readonly string[];
}

export function columnChoices(fields: readonly TableField[]): ColumnChoice[] {
  const byName = new Map<string, ColumnChoice>();
  for (const field of fields) {
    if (shownAnyway.has(field.key)) continue;
    const name = nameOf(field);
    const isMetric = field.kind === 'best' || field.kind === 'last';
    const keys = [...(byName.get(name)?.keys ?? []), field.key];
    byName.set(name, { name, title: isMetric ? name : field.title, isMetric, keys });
  }
  return [...byName.values()];
}
