import type { Direction } from '../metric-direction.js';
import type { MetricRecord } from '../metric-sink.js';

/** A value of a metric, and the step it was measured at. */
export interface MeasuredValue {
  readonly value: number;
  readonly step: number;
}

/** Values by split and name: `{ valid: { accuracy: { value, step } } }`. */
export type MeasuredMetrics = Readonly<Record<string, Readonly<Record<string, MeasuredValue>>>>;

/** The direction of a metric; undefined if it is unknown: then the metric has no best value. */
export type DirectionOf = (split: string, name: string) => Direction | undefined;

/** Steps are undefined while there is no such value. Changed in place: an object for each number would be garbage. */
interface Tracked {
  readonly direction: Direction | undefined;
  last: number;
  lastStep: number | undefined;
  best: number;
  bestStep: number | undefined;
}

/**
 * The last and the best value of every metric in a series of records. NaN is never best; among equal values, the one of
 * the earliest step is. Costs a map lookup for each number.
 */
export class LastAndBest {
  private readonly splits = new Map<string, Map<string, Tracked>>();

  /**
   * @param directionOf called once for each metric
   * @param best the best values of earlier records
   */
  constructor(
    private readonly directionOf: DirectionOf,
    best: MeasuredMetrics = {},
  ) {
    for (const [split, metrics] of Object.entries(best)) {
      for (const [name, { value, step }] of Object.entries(metrics)) {
        Object.assign(this.tracked(this.metricsOf(split), split, name), { best: value, bestStep: step });
      }
    }
  }

  add({ step, split, values }: Pick<MetricRecord, 'step' | 'split' | 'values'>): void {
    const metrics = this.metricsOf(split);
    for (const name in values) {
      const value = values[name]!;
      const tracked = metrics.get(name) ?? this.tracked(metrics, split, name);
      tracked.last = value;
      tracked.lastStep = step;
      if (isBetter(value, step, tracked)) {
        tracked.best = value;
        tracked.bestStep = step;
      }
    }
  }

  /** The value of each metric in the last record that has it. */
  get last(): MeasuredMetrics {
    return this.collect(({ last, lastStep }) => (lastStep === undefined ? undefined : { value: last, step: lastStep }));
  }

  /** The best value of each metric whose direction is known. */
  get best(): MeasuredMetrics {
    return this.collect(({ best, bestStep }) => (bestStep === undefined ? undefined : { value: best, step: bestStep }));
  }

  private metricsOf(split: string): Map<string, Tracked> {
    let metrics = this.splits.get(split);
    if (metrics === undefined) {
      metrics = new Map();
      this.splits.set(split, metrics);
    }
    return metrics;
  }

  private tracked(metrics: Map<string, Tracked>, split: string, name: string): Tracked {
    const direction = this.directionOf(split, name);
    const none = { last: Number.NaN, lastStep: undefined, best: Number.NaN, bestStep: undefined };
    const tracked: Tracked = { direction, ...none };
    metrics.set(name, tracked);
    return tracked;
  }

  private collect(choose: (tracked: Tracked) => MeasuredValue | undefined): MeasuredMetrics {
    const collected: [string, Record<string, MeasuredValue>][] = [];
    for (const [split, metrics] of this.splits) {
      const values = [...metrics].flatMap(([name, tracked]) => {
        const value = choose(tracked);
        return value === undefined ? [] : [[name, value] as const];
      });
      if (values.length > 0) collected.push([split, Object.fromEntries(values)]);
    }
    return Object.fromEntries(collected);
  }
}

function isBetter(value: number, step: number, { direction, best, bestStep }: Tracked): boolean {
  if (direction === undefined || Number.isNaN(value)) return false;
  if (bestStep === undefined) return true;
  if (value === best) return step < bestStep;
  return direction === 'min' ? value < best : value > best;
}

/** The last and the best value of every metric of a run, from the records of its `metrics.jsonl`. */
export async function lastAndBest(
  records: AsyncIterable<MetricRecord>,
  directionOf: DirectionOf,
): Promise<{ readonly last: MeasuredMetrics; readonly best: MeasuredMetrics }> {
  const tracked = new LastAndBest(directionOf);
  for await (const record of records) tracked.add(record);
  const { last, best } = tracked;
  return { last, best };
}
