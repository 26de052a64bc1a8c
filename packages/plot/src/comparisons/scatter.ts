import { printableText } from '@forge-ml/core/text';
import { type PlainValue, type ValueAxis, valueAxis } from '../scales/value-axis.js';
import { bestOf, type ComparedMetric, metricAxis } from './metric.js';

export interface ScatterRow {
  readonly name: string;
  /** The value of the flag. */
  readonly x: PlainValue;
  /** The metric; null if the run has none. */
  readonly y: number | null;
  /** A position in `runPalette`. Default: all points have one color, and no legend. */
  readonly color?: number | undefined;
}

export interface ScatterPoint {
  /** The position of its row. */
  readonly row: number;
  readonly name: string;
  readonly x: PlainValue;
  readonly y: number;
  /**
   * Places on the axes, from 0 to 1. Points of a category are next to each other. A value that is not finite is at the end
   * of the axis.
   */
  readonly across: number;
  readonly up: number;
  readonly color: number | undefined;
}

/** A flag against a metric, ready to be drawn. */
export interface Scatter {
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly points: readonly ScatterPoint[];
  readonly best: ScatterPoint | undefined;
  /** How many rows have no metric, or a value that is not on the axis. */
  readonly omitted: number;
}

export interface ScatterSettings {
  readonly flag: { readonly name: string; readonly log?: boolean | undefined };
  readonly metric: ComparedMetric;
}

export function makeScatter(rows: readonly ScatterRow[], { flag, metric }: ScatterSettings): Scatter {
  const shown = rows.filter(({ y }) => y !== null);
  const x = valueAxis(
    flag.name,
    shown.map((row) => row.x),
    { ...flag, discrete: true },
  );
  const y = metricAxis(
    metric,
    rows.map((row) => row.y),
  );
  const seen = new Map<number, number>();
  const points = rows.flatMap((row, at): ScatterPoint[] => {
    const across = x.place(row.x);
    const up = row.y === null ? undefined : (y.place(row.y) ?? endFor(row.y));
    if (across === undefined || up === undefined || row.y === null) return [];
    const earlier = seen.get(across) ?? 0;
    seen.set(across, earlier + 1);
    const offset = x.kind === 'categories' ? apart(earlier) / x.ticks(Number.POSITIVE_INFINITY).length : 0;
    const { x: value, color } = row;
    return [{ row: at, name: printableText(row.name), x: value, y: row.y, across: across + offset, up, color }];
  });
  const best = bestOf(
    points.map((point) => point.y),
    metric.direction,
  );
  return { x, y, points, best: best === undefined ? undefined : points[best], omitted: rows.length - points.length };
}

/** Where a value that is not finite is marked; undefined for a number that a logarithmic axis cannot show. */
function endFor(value: number): number | undefined {
  if (Number.isFinite(value)) return undefined;
  return value === Number.NEGATIVE_INFINITY ? 0 : 1;
}

/** Places around the middle of a category that are far from earlier ones: multiples of the golden ratio. */
function apart(at: number): number {
  return (((at * 0.618034 + 0.5) % 1) - 0.5) * 0.6;
}
