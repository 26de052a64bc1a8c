import type { GroupBy, TableQuery } from '../../../protocol/table.js';

/** What a person chose in the list of runs, as its address has it. */
export interface ListChoices {
  readonly where: string;
  readonly sort: string;
  /** Keys of columns; empty for those that the server chooses. */
  readonly columns: readonly string[];
  /** Names of columns that stay while the table scrolls. */
  readonly pinned: readonly string[];
  readonly group: GroupBy | null;
  /** Names of groups whose runs are shown: see `groupName`. */
  readonly expanded: readonly string[];
}

export function readChoices(query: URLSearchParams): ListChoices {
  const group = query.get('group');
  return {
    where: query.get('where') ?? '',
    sort: query.get('sort') ?? '',
    columns: list(query.get('columns')),
    pinned: list(query.get('pinned')),
    group: group === 'experiment' || group === 'configuration' ? group : null,
    expanded: list(query.get('expanded')),
  };
}

function list(text: string | null): string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}

/** What is asked for, without the window of rows. */
export function tableQueryOf({ where, sort, columns, group }: ListChoices): Omit<TableQuery, 'offset' | 'limit'> {
  return { where, sort, columns: columns.join(','), group };
}

/** A short name of a group for addresses: a hash (FNV-1a, 32 bits) of the expression that selects its runs. */
export function groupName(where: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < where.length; at++) hash = Math.imul(hash ^ where.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
