import type { ApiError, RunId } from './overview.js';

export type ShownStatus = 'running' | 'completed' | 'stopped' | 'failed' | 'crashed' | 'damaged';
export type Direction = 'min' | 'max';
export type Cell = number | string | boolean | readonly string[] | null;
export type GroupBy = 'experiment' | 'configuration';

/** Which rows of the table of runs. `GET /api/runs`, with these as parameters. */
export interface TableQuery {
  /** An expression as of `forge runs --where`; empty for all runs. */
  readonly where: string;
  /** Fields as of `forge runs --sort`; empty for the newest first. */
  readonly sort: string;
  /** Keys of the columns, separated by commas; empty for those that the server chooses: what differs. */
  readonly columns: string;
  readonly group: GroupBy | null;
  /** The first row, from 0. */
  readonly offset: number;
  /** At most 500. */
  readonly limit: number;
}

/** Of the first rows of the list, with nothing chosen. */
export const firstRowsAddress = '/api/runs?offset=0&limit=100';

export type FieldKind = 'flag' | 'best' | 'last' | 'fact';

/** A field of runs, which can be a column. */
export interface TableField {
  /** `flags.hidden`, `best.valid.loss`, `duration`. */
  readonly key: string;
  /** How a column names it: `hidden`, `valid.loss`. */
  readonly title: string;
  readonly kind: FieldKind;
  /** Of a metric: which values are better; null if that is unknown. */
  readonly direction: Direction | null;
}

/** A column, with what is known of it over all matching runs. */
export interface TableColumn extends TableField {
  /** The value that all matching runs have; undefined if they differ. */
  readonly equal?: Cell;
  /** Of a metric with a direction: the best value that a matching run has. */
  readonly best?: number;
}

export interface TableRow {
  readonly id: RunId;
  /** `churn/12` */
  readonly label: string;
  /** The display name; empty for none. */
  readonly name: string;
  readonly status: ShownStatus;
  /** Why it ended; null if there is no reason. */
  readonly reason: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly created: number;
  /** Seconds of training; null if it is unknown. */
  readonly seconds: number | null;
  readonly step: number | null;
  readonly tags: readonly string[];
  readonly note: string;
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
}

/** A row of a grouped table: an experiment, or the repeats of a configuration. */
export interface TableGroup {
  /** Its name, with the exact values of its flags. */
  readonly title: string;
  /** Of a configuration the flags that differ between the groups, those with the most values first. */
  readonly flags: readonly { readonly name: string; readonly value: Cell }[];
  /** The expression that selects its runs. */
  readonly where: string;
  readonly runs: number;
  readonly running: number;
  readonly failed: number;
  /** The runs of the group, at most 500, to compare them. */
  readonly ids: readonly RunId[];
  /** In the order of the columns: of a metric its mean, of a flag the value that all have. */
  readonly cells: readonly Cell[];
  /** In the order of the columns: the standard deviation of a metric; null if there are too few values. */
  readonly deviations: readonly (number | null)[];
}

export interface TableAnswer {
  /** Changes whenever any run does. */
  readonly version: number;
  readonly total: number;
  readonly running: number;
  /** How many rows the whole answer has: matching runs, or groups. */
  readonly matching: number;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** Instead of rows if `group` was asked for. */
  readonly groups: readonly TableGroup[] | null;
  /** The metric that a sparkline shows: the one sorted by, else the most common one with a best value. */
  readonly metric: string | null;
  /** Every field that any run has. Only with `offset` 0. */
  readonly fields?: readonly TableField[];
  /** Why nothing matches, with the nearest name; null if something does. */
  readonly nothing: string | null;
}

/** What the server answers: an expression that cannot be read is no failure of the request, as people write it by letters. */
export type TableReply = TableAnswer | { readonly problem: ApiError };
