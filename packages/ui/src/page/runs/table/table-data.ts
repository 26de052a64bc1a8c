import { signal } from '@preact/signals';
import type { TableAnswer, TableField, TableGroup, TableQuery, TableRow } from '../../../protocol/table.js';
import { type Source, SourceError } from '../../source/source.js';
import { missingRows, pageLength, type RowRange } from '../../tables/row-window.js';

export type RowsQuery = Omit<TableQuery, 'offset' | 'limit'>;

/** What is known of the answer to a query. */
export interface TableView {
  readonly query: RowsQuery;
  /** The newest part of it: columns and counts. */
  readonly head: TableAnswer;
  /** By their places. Groups instead of runs if the query asks for them. */
  readonly rows: ReadonlyMap<number, TableRow>;
  readonly groups: ReadonlyMap<number, TableGroup>;
}

/** The most rows of one request. */
const most = 500;
/** The code of the error when nothing answers. */
const unreachable = 'UNREACHABLE';

export function isSameQuery(a: RowsQuery, b: RowsQuery): boolean {
  return a.where === b.where && a.sort === b.sort && a.columns === b.columns && a.group === b.group;
}

/**
 * Rows of the table, asked for as they come on screen. What was shown stays until the answer to the next query is here; an
 * outdated request is aborted.
 */
export class TableData {
  readonly view = signal<TableView | undefined>(undefined);
  /** Of the query that failed last, until it works. */
  readonly error = signal<{ readonly query: RowsQuery; readonly error: SourceError } | undefined>(undefined);
  readonly fields = signal<readonly TableField[]>([]);
  #wanted: { readonly query: RowsQuery; readonly range: RowRange } | undefined;
  #loading: { readonly query: RowsQuery; readonly controller: AbortController } | undefined;
  /** Pages whose rows are of the newest version. */
  readonly #fresh = new Set<number>();

  constructor(private readonly source: Source) {}

  /** Wants the rows of a range on screen. @returns resolves when they, or an error, are here */
  show(query: RowsQuery, range: RowRange): Promise<void> {
    this.#wanted = { query, range };
    return this.#load();
  }

  /** The runs have changed: rows on screen are asked for again. */
  refresh(): void {
    this.#fresh.clear();
    // A wrong expression stays wrong; a server that did not answer may do so now.
    if (this.error.value?.error.code === unreachable) this.error.value = undefined;
    void this.#load();
  }

  async #load(): Promise<void> {
    if (this.#wanted === undefined) return;
    const { range } = this.#wanted;
    const failed = this.error.value;
    const isFailed = failed !== undefined && isSameQuery(failed.query, this.#wanted.query);
    // The rows that stay while a filter is wrong are kept up to date.
    const query = isFailed ? this.view.value?.query : this.#wanted.query;
    if (query === undefined) return;
    if (this.#loading !== undefined) {
      // A window of the same table is nearly here: a page that scrolls must not outrun its rows.
      if (isSameQuery(this.#loading.query, query)) return;
      this.#loading.controller.abort();
    }
    const isNew = this.view.value === undefined || !isSameQuery(this.view.value.query, query);
    const missing = missingRows(range, (page) => !isNew && this.#fresh.has(page), most);
    if (missing === undefined) return;
    const loading = { query, controller: new AbortController() };
    this.#loading = loading;
    try {
      const limit = missing.end - missing.first;
      const answer = await this.source.table({ ...query, offset: missing.first, limit }, loading.controller.signal);
      if (this.#loading !== loading) return;
      this.#receive(query, missing, answer);
    } catch (error) {
      if (this.#loading !== loading) return;
      const reason = error instanceof SourceError ? error : new SourceError('UNKNOWN', String(error));
      this.error.value = { query, error: reason };
    }
    this.#loading = undefined;
    await this.#load();
  }

  #receive(query: RowsQuery, { first, end }: RowRange, answer: TableAnswer): void {
    const before = this.view.value;
    const isSame = before !== undefined && isSameQuery(before.query, query);
    if (!isSame || before.head.version !== answer.version) this.#fresh.clear();
    // Cells are in the order of the columns: rows of other columns cannot be kept.
    const keeps =
      isSame && before.head.columns.map(({ key }) => key).join() === answer.columns.map(({ key }) => key).join();
    const rows = new Map(keeps ? before.rows : undefined);
    const groups = new Map(keeps ? before.groups : undefined);
    for (const [at, row] of answer.rows.entries()) rows.set(first + at, row);
    for (const [at, group] of (answer.groups ?? []).entries()) groups.set(first + at, group);
    for (const known of [rows, groups]) for (const at of known.keys()) if (at >= answer.matching) known.delete(at);
    for (let page = first / pageLength; page * pageLength < Math.max(end, first + 1); page++) this.#fresh.add(page);
    if (answer.fields !== undefined) this.fields.value = answer.fields;
    if (this.error.value !== undefined && isSameQuery(this.error.value.query, query)) this.error.value = undefined;
    this.view.value = { query, head: answer, rows, groups };
  }
}
