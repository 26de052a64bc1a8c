import { printableText } from '@forge-ml/core/text';
import { type PlainValue, type ValueAxis, valueAxis } from '../scales/value-axis.js';
import { type ComparedMetric, isFiniteNumber, metricAxis } from './metric.js';

export interface ParallelRow {
  readonly name: string;
  /** The value of each flag. */
  readonly values: readonly PlainValue[];
  /** Null if the run has none. */
  readonly metric: number | null;
}

export interface ParallelLine {
  /** The position of its row. */
  readonly row: number;
  readonly name: string;
  readonly values: readonly PlainValue[];
  readonly metric: number | null;
  /** Its place on each axis, the metric's last, from 0 to 1; undefined where it has none. */
  readonly places: readonly (number | undefined)[];
  /** For `rampColor`: from 0 for the worst metric to 1 for the best; undefined without a finite metric. */
  readonly rank: number | undefined;
}

/** Parallel coordinates of flags and a metric, ready to be drawn. */
export interface Parallel {
  /** An axis for each flag, then the metric's. */
  readonly axes: readonly ValueAxis[];
  /** Those without a metric first, the best last, so that it is drawn on top. */
  readonly lines: readonly ParallelLine[];
  /** The rank of a place on the metric's axis. */
  readonly rankAt: (place: number) => number;
}

export interface ParallelSettings {
  readonly flags: readonly { readonly name: string; readonly log?: boolean | undefined }[];
  /** Without a direction higher values rank higher. */
  readonly metric: ComparedMetric;
}

export function makeParallel(rows: readonly ParallelRow[], { flags, metric }: ParallelSettings): Parallel {
  const axes = flags.map((flag, at) =>
    valueAxis(
      flag.name,
      rows.map(({ values }) => values[at] ?? null),
      { ...flag, discrete: true },
    ),
  );
  const last = metricAxis(
    metric,
    rows.map((row) => row.metric),
  );
  const ends = rows.flatMap((row) => (isFiniteNumber(row.metric) ? (last.place(row.metric) ?? []) : []));
  const low = ends.reduce((least, place) => Math.min(least, place), 1);
  const high = ends.reduce((most, place) => Math.max(most, place), 0);
  const rankAt = (place: number) => {
    const share = high > low ? (place - low) / (high - low) : 1;
    return Math.min(1, Math.max(0, metric.direction === 'min' && high > low ? 1 - share : share));
  };
  const lines = rows.map((row, at): ParallelLine => {
    const end = isFiniteNumber(row.metric) ? last.place(row.metric) : undefined;
    return {
      ...row,
      row: at,
      name: printableText(row.name),
      places: [...axes.map((axis, flag) => axis.place(row.values[flag] ?? null)), end],
      rank: end === undefined ? undefined : rankAt(end),
    };
  });
  return { axes: [...axes, last], lines: lines.sort((a, b) => (a.rank ?? -1) - (b.rank ?? -1)), rankAt };
}
