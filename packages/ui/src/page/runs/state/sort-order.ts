import type { Direction, TableField } from '../../../protocol/table.js';

/** A field that rows are sorted by, and whether its lowest or its highest value is first. */
export interface SortKey {
  readonly key: string;
  readonly first: Direction;
}

type Sortable = Pick<TableField, 'key' | 'direction'>;

/** As `forge runs --sort` does it: the best value of a metric, the newest time, the lowest of others. */
export function defaultFirst({ key, direction }: Sortable): Direction {
  if (direction !== null) return direction;
  return key === 'created' ? 'max' : 'min';
}

/** @param sort fields as of `forge runs --sort` */
export function parseSort(sort: string, fields: readonly Sortable[]): SortKey[] {
  return sort
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, key, first] = /^(.*?)(?::(min|max))?$/s.exec(part)!;
      const field = fields.find((known) => known.key === key) ?? { key: key!, direction: null };
      return { key: key!, first: (first as Direction | undefined) ?? defaultFirst(field) };
    });
}

/** The direction is written only where it is not the default one, or where a metric has none. */
export function formatSort(keys: readonly SortKey[], fields: readonly Sortable[]): string {
  return keys
    .map(({ key, first }) => {
      const field = fields.find((known) => known.key === key);
      const isDefault = field !== undefined && hasDefault(field) && first === defaultFirst(field);
      return isDefault ? key : `${key}:${first}`;
    })
    .join(',');
}

function hasDefault({ key, direction }: Sortable): boolean {
  return direction !== null || !/^(best|last)\./.test(key);
}

/**
 * What a click on a header does: sorts by it, then the other way round.
 * @param isSecond as with shift: the others stay; a third click removes it
 */
export function sortedBy(keys: readonly SortKey[], field: Sortable, isSecond: boolean): SortKey[] {
  const first = defaultFirst(field);
  const present = keys.find(({ key }) => key === field.key);
  const isReversed = present !== undefined && present.first !== first;
  const next: SortKey = { key: field.key, first: present === undefined || isReversed ? first : opposite(first) };
  if (!isSecond) return [next];
  if (present === undefined) return [...keys, next];
  return isReversed ? keys.filter((key) => key !== present) : keys.map((key) => (key === present ? next : key));
}

function opposite(first: Direction): Direction {
  return first === 'min' ? 'max' : 'min';
}
