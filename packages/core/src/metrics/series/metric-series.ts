import type { Curve, CurveAxis, CurveLine, CurvePoint, MetricValue } from '../curves/curve.js';
import type { Direction } from '../metric-direction.js';
import type { CurveView, RunTimes } from './curve-view.js';
import { downsampleValues, firstOfColumns, type Places, positionsIn } from './downsample.js';
import { IndexedValues, notFiniteKinds } from './drawn-values.js';
import type { GridRange } from './pixel-grid.js';
import { SeriesColumns } from './series-columns.js';
import { SmoothedValues } from './smoothed-values.js';
import { SortedValues } from './sorted-values.js';

/** The metric that a curve is of. */
export interface CurveOf {
  /** `valid.loss` */
  readonly metric: string;
  readonly split: string;
  readonly name: string;
  readonly direction: Direction | undefined;
}

/** Values in the order of an axis, and their averages. */
interface Arranged {
  readonly places: Places;
  readonly values: IndexedValues;
  smoothed(weight: number): IndexedValues;
}

/**
 * All values of a metric, growing by appending, that answers at once how any part of its curve looks: exact on the columns
 * of pixels that are asked for, however many values it has. A value takes 18 to 32 bytes with its step, epoch and time; with
 * smoothing, 8 more.
 */
export class MetricSeries {
  private readonly inOrder: IndexedValues;
  private readonly averages: SmoothedValues;
  private readonly sorted = new Map<CurveAxis, { readonly key: string; readonly values: SortedValues }>();

  /** @param columns values to start with */
  constructor(readonly columns: SeriesColumns = new SeriesColumns()) {
    this.inOrder = new IndexedValues(columns.value);
    this.averages = new SmoothedValues(columns.value);
  }

  get length(): number {
    return this.columns.length;
  }

  append(step: number, epoch: number, time: number, value: number): void {
    this.columns.push(step, epoch, time, value);
  }

  /** How a part of the curve looks. `best`, `last`, `values` and `notPositive` are of all values. */
  curve(of: CurveOf, view: CurveView, times: RunTimes): Curve {
    const { axis, log, smooth } = view;
    const { places, values, smoothed } = this.arranged(axis, times);
    const range = rangeOf(places, view);
    const breaks = axis === 'time' ? times.resumed.map((time) => secondsAfter(times.origin, time)) : [];
    const lines = (of: IndexedValues): CurveLine[] =>
      range === undefined ? [] : downsampleValues(places, of.shown(log.y), range, breaks);
    return {
      metric: of.metric,
      split: of.split,
      name: of.name,
      direction: of.direction,
      lines: lines(values),
      smoothed: smooth > 0 ? lines(smoothed(smooth)) : null,
      notFinite: range === undefined ? [] : marksOf(places, values, range),
      best: this.best(of.direction, axis, times),
      last: this.length === 0 ? null : this.pointAt(this.length - 1, axis, times),
      values: this.length,
      notPositive: notPositive(places, values, log),
    };
  }

  private arranged(axis: CurveAxis, times: RunTimes): Arranged {
    const places = this.columns.places(axis, times);
    if (this.columns.isAscending(axis, times)) {
      return { places, values: this.inOrder, smoothed: (weight) => this.averages.of(weight) };
    }
    const key = [this.length, times.origin, times.stepsPerEpoch].join();
    const kept = this.sorted.get(axis);
    const sorted = kept?.key === key ? kept.values : new SortedValues(places, this.columns.value);
    this.sorted.set(axis, { key, values: sorted });
    return { places: sorted, values: sorted.values, smoothed: (weight) => sorted.arrange(this.averages.of(weight)) };
  }

  /** The first of the best finite values. */
  private best(direction: Direction | undefined, axis: CurveAxis, times: RunTimes): CurvePoint | null {
    if (direction === undefined) return null;
    const { lowest, highest } = this.inOrder.shown(false).extremes.inRange(0, this.length);
    const at = direction === 'min' ? lowest : highest;
    return at < 0 ? null : this.pointAt(at, axis, times);
  }

  private pointAt(at: number, axis: CurveAxis, times: RunTimes): CurvePoint {
    const value: MetricValue = this.columns.at(at);
    return { ...value, x: this.columns.places(axis, times).at(at) };
  }
}

function secondsAfter(origin: number, time: number): number {
  return (time - origin) / 1000;
}

/** Undefined if no value is on the axis. */
function rangeOf(places: Places, { log, width, from, to }: CurveView): GridRange | undefined {
  const all = { from: -Number.MAX_VALUE, to: Number.MAX_VALUE, width: 1, log: log.x };
  const [start, end] = positionsIn(places, all);
  if (start === end) return undefined;
  const [first, last] = [places.at(start), places.at(end - 1)];
  // A logarithmic axis has no place at or below 0.
  const range = { from: from === undefined || (log.x && from <= 0) ? first : from, to: to ?? last };
  return range.from > range.to ? undefined : { ...range, width: Math.max(1, Math.floor(width)), log: log.x };
}

function marksOf(places: Places, values: IndexedValues, range: GridRange): Curve['notFinite'] {
  const positions = values.notFinitePositions();
  return notFiniteKinds.flatMap((value) => {
    const ofKind = positions.get(value)!;
    const x = ofKind.length === 0 ? [] : firstOfColumns(places, ofKind, range);
    return x.length === 0 ? [] : [{ value, x }];
  });
}

/** How many values logarithmic axes cannot show. */
function notPositive(places: Places, values: IndexedValues, log: CurveView['log']): number {
  if (!log.x && !log.y) return 0;
  const [start, end] = positionsIn(places, { from: -Number.MAX_VALUE, to: Number.MAX_VALUE, width: 1, log: log.x });
  const outside = places.length - (end - start);
  if (!log.y) return outside;
  return outside + values.shown(true).gaps.within(start, end) - values.shown(false).gaps.within(start, end);
}
