import { type ValueAxis, valueAxis } from '../scales/value-axis.js';

/** The metric that runs are compared by. */
export interface ComparedMetric {
  /** `valid.loss` */
  readonly name: string;
  /** Which value is best; undefined if it is unknown. */
  readonly direction?: 'min' | 'max' | undefined;
  /** Default: if the values are spread more evenly on a logarithmic axis. */
  readonly log?: boolean | undefined;
}

/** The axis of the finite values. */
export function metricAxis({ name, log }: ComparedMetric, values: readonly (number | null)[]): ValueAxis {
  return valueAxis(name, values.filter(isFiniteNumber), { log });
}

/** The position of the best finite value, the first of equal ones; undefined without one or without a direction. */
export function bestOf(values: readonly (number | null)[], direction: ComparedMetric['direction']): number | undefined {
  if (direction === undefined) return undefined;
  let best: number | undefined;
  for (const [at, value] of values.entries()) {
    if (!isFiniteNumber(value)) continue;
    const record = best === undefined ? undefined : values[best]!;
    if (record === undefined || (direction === 'min' ? value < record : value > record)) best = at;
  }
  return best;
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A sentence about rows that a figure cannot show; none if there are none. */
export function omittedNote(count: number, what: 'run' | 'trial' | 'flag'): string[] {
  return count === 0 ? [] : [`Not shown: ${count} ${what}${count === 1 ? '' : 's'} without a value.`];
}
