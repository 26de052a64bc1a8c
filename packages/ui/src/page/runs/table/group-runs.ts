import { signal } from '@preact/signals';
import type { TableGroup, TableRow } from '../../../protocol/table.js';
import type { Source } from '../../source/source.js';
import { groupName } from '../state/list-choices.js';
import type { TableView } from './table-data.js';

/** The most runs that are shown below a group. */
const most = 500;

/** The runs of expanded groups. */
export class GroupRuns {
  /** Changes when runs have been loaded. */
  readonly changes = signal(0);
  #runs = new Map<string, { readonly key: string; readonly rows: readonly TableRow[] }>();
  #loading = new Set<string>();

  constructor(private readonly source: Source) {}

  of(where: string): readonly TableRow[] | undefined {
    return this.#runs.get(where)?.rows;
  }

  /** Loads the runs of those groups that are expanded and not loaded, or changed since. */
  show({ query, head, groups }: TableView, expanded: readonly string[]): void {
    const columns = head.columns.map(({ key }) => key).join(',');
    const key = JSON.stringify([query.where, query.sort, columns, head.version]);
    for (const group of groups.values()) {
      if (!expanded.includes(groupName(group.where)) || this.#runs.get(group.where)?.key === key) continue;
      if (!this.#loading.has(group.where)) void this.#load(group, key, { ...query, columns });
    }
  }

  async #load(
    { where }: TableGroup,
    key: string,
    query: { where: string; sort: string; columns: string },
  ): Promise<void> {
    this.#loading.add(where);
    const parts = [query.where, where].filter((part) => part.trim() !== '');
    const both = parts.length > 1 ? parts.map((part) => `(${part})`).join(' and ') : (parts[0] ?? '');
    try {
      const answer = await this.source.table({ ...query, where: both, group: null, offset: 0, limit: most });
      this.#runs.set(where, { key, rows: answer.rows });
      this.changes.value++;
    } catch {
      // The table says why it cannot be read; the group stays as it was.
    } finally {
      this.#loading.delete(where);
    }
  }
}
