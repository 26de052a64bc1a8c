/** Small curves for rows of the table. `GET /api/sparklines?runs=ID,ID&metric=valid.loss` */
export interface Sparklines {
  /** In the order of the runs; null for a run without the metric, or that cannot be read. */
  readonly lines: readonly (Sparkline | null)[];
}

/** About 60 finite points, ascending in x. */
export interface Sparkline {
  /** Steps. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}
