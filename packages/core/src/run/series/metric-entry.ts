import { nameOfMetric } from '../../metrics/metric-address.js';
import { MetricSeries } from '../../metrics/series/metric-series.js';
import { SeriesColumns } from '../../metrics/series/series-columns.js';

/** The values of a metric of a run: all in memory, or only those after the ones that can be read again. */
export class MetricEntry {
  /** How many of the first values are not in memory. */
  dropped = 0;
  /** The values after those that were dropped. */
  series = new MetricSeries();

  /** `valid.loss` */
  readonly metric: string;

  constructor(
    readonly split: string,
    readonly name: string,
  ) {
    this.metric = nameOfMetric({ split, name });
  }

  get count(): number {
    return this.dropped + this.series.length;
  }

  /** Puts the dropped values before those in memory. */
  restore(first: SeriesColumns): void {
    append(first, this.series.columns, 0);
    this.series = new MetricSeries(first);
    this.dropped = 0;
  }

  /** Forgets the first values, at least as many as were dropped before. */
  drop(count: number): void {
    const rest = new SeriesColumns();
    append(rest, this.series.columns, count - this.dropped);
    this.series = new MetricSeries(rest);
    this.dropped = count;
  }
}

function append(to: SeriesColumns, from: SeriesColumns, start: number): void {
  for (let at = start; at < from.length; at++) {
    const { step, epoch, time, value } = from.at(at);
    to.push(step, epoch, time, value);
  }
}
