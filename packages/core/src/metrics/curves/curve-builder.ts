import { type MetricAddress, nameOfMetric } from '../metric-address.js';
import type { Direction } from '../metric-direction.js';
import type { Curve, CurveAxis, CurveLine, CurvePoint, MetricValue } from './curve.js';
import { exponentialMean } from './exponential-mean.js';
import { LineBuckets, type Point } from './line-buckets.js';

export interface CurveSettings {
  readonly axis: CurveAxis;
  readonly log: { readonly x: boolean; readonly y: boolean };
  /** The weight of the exponential average; 0 for none. */
  readonly smooth: number;
  /** The fewest intervals that a long curve is divided into. */
  readonly intervals: number;
  /** Where the time axis starts, milliseconds since the Unix epoch. */
  readonly origin: number;
  /** The times at which training continued after a pause, ascending. Lines of the time axis end there. */
  readonly resumed: readonly number[];
}

/** Builds a curve from its values, in memory that does not grow with their number. */
export class CurveBuilder {
  private readonly raw: LineBuckets;
  private readonly smooth: LineBuckets | undefined;
  private readonly mean: (value: number) => number;
  private readonly notFinite = new Map<string, LineBuckets>();
  private best: MetricValue | undefined;
  private last: MetricValue | undefined;
  private values = 0;
  private notPositive = 0;
  private resumes = 0;

  constructor(
    private readonly address: MetricAddress,
    private readonly direction: Direction | undefined,
    private readonly settings: CurveSettings,
  ) {
    this.raw = this.buckets();
    this.smooth = settings.smooth > 0 ? this.buckets() : undefined;
    this.mean = exponentialMean(settings.smooth);
  }

  add(value: MetricValue): void {
    const { axis, log, resumed } = this.settings;
    this.values++;
    this.last = value;
    while (this.resumes < resumed.length && value.time >= resumed[this.resumes]!) {
      this.resumes++;
      if (axis === 'time') this.breakLine();
    }
    const { step, epoch, time, value: y } = value;
    // Not copied by a spread, which takes most of the time for a million values.
    const point: Point = { x: this.placeOf(value), y, step, epoch, time };
    if (!Number.isFinite(point.x) || (log.x && point.x <= 0)) {
      this.notPositive++;
      return;
    }
    if (!Number.isFinite(point.y)) {
      const key = String(point.y);
      const marks = this.notFinite.get(key) ?? this.buckets();
      this.notFinite.set(key, marks);
      marks.add({ x: point.x, y: 0, step, epoch, time });
      this.breakLine();
      return;
    }
    if (this.isBetter(value)) this.best = value;
    this.smooth?.add({ x: point.x, y: this.mean(y), step, epoch, time });
    if (log.y && point.y <= 0) {
      this.notPositive++;
      this.breakLine();
      return;
    }
    this.raw.add(point);
  }

  /** @param stepsPerEpoch undefined if epochs differ: then the epoch axis shows the recorded epochs */
  build(stepsPerEpoch: number | undefined): Curve {
    const { axis, log } = this.settings;
    const scaled = ({ x, epoch }: Pick<Point, 'x' | 'epoch'>) =>
      axis !== 'epoch' ? x : stepsPerEpoch === undefined ? epoch : x / stepsPerEpoch;
    const curveLines = (buckets: LineBuckets): CurveLine[] =>
      buckets.lines().flatMap((points) => {
        const shown = log.y ? points.filter(({ y }) => y > 0) : points;
        return shown.length === 0 ? [] : [{ x: shown.map(scaled), y: shown.map(({ y }) => y) }];
      });
    const curvePoint = (value: MetricValue | undefined): CurvePoint | null =>
      value === undefined ? null : { ...value, x: scaled({ ...value, x: this.placeOf(value) }) };
    return {
      metric: nameOfMetric(this.address),
      split: this.address.split,
      name: this.address.name,
      direction: this.direction,
      lines: curveLines(this.raw),
      smoothed: this.smooth === undefined ? null : curveLines(this.smooth),
      notFinite: (['NaN', 'Infinity', '-Infinity'] as const).flatMap((value) => {
        const x = this.notFinite.get(value)?.lines().flat().map(scaled);
        return x === undefined ? [] : [{ value, x }];
      }),
      best: curvePoint(this.best),
      last: curvePoint(this.last),
      values: this.values,
      notPositive: this.notPositive,
    };
  }

  private buckets(): LineBuckets {
    return new LineBuckets(this.settings.intervals, this.settings.log.x ? Math.log : undefined);
  }

  private placeOf({ step, time }: MetricValue): number {
    return this.settings.axis === 'time' ? (time - this.settings.origin) / 1000 : step;
  }

  private breakLine(): void {
    this.raw.breakLine();
    this.smooth?.breakLine();
  }

  private isBetter({ value }: MetricValue): boolean {
    if (this.direction === undefined) return false;
    if (this.best === undefined) return true;
    return this.direction === 'min' ? value < this.best.value : value > this.best.value;
  }
}
