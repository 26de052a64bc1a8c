import type { MetricAddress } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { CheckpointInfo } from '../checkpoint-store.js';

export type Candidate = Pick<CheckpointInfo, 'step' | 'metrics'>;

/** Which of a run's checkpoints (ascending by step) to keep: the steps it wants. */
export type KeepPolicy = (checkpoints: readonly Candidate[]) => readonly number[];

export const keepAll: KeepPolicy = (checkpoints) => checkpoints.map(({ step }) => step);

export function last(count: number): KeepPolicy {
  return (checkpoints) => (count > 0 ? keepAll(checkpoints.slice(-count)) : []);
}

/** Every checkpoint whose step is a multiple of n, for ever. */
export function everyNth(steps: number): KeepPolicy {
  return (checkpoints) => keepAll(checkpoints).filter((step) => step % steps === 0);
}

/**
 * The k best by a metric, the earlier one of equals. A checkpoint without the metric, or where it is NaN, is never
 * among them; where it is a number of none, nothing can be judged yet and all are kept.
 */
export function best(
  { split, name }: Pick<MetricAddress, 'split' | 'name'>,
  direction: Direction,
  count = 1,
): KeepPolicy {
  const sign = direction === 'max' ? -1 : 1;
  return (checkpoints) => {
    const measured = checkpoints
      .map(({ step, metrics }) => ({ step, value: metrics[split]?.[name] ?? Number.NaN }))
      .filter(({ value }) => !Number.isNaN(value));
    if (measured.length === 0) return keepAll(checkpoints);
    return measured
      .sort((a, b) => (a.value === b.value ? a.step - b.step : sign * (a.value - b.value)))
      .slice(0, count)
      .map(({ step }) => step);
  };
}

/** Keeps what any of the policies wants. */
export function keepAny(...policies: readonly KeepPolicy[]): KeepPolicy {
  return (checkpoints) => policies.flatMap((policy) => policy(checkpoints));
}

/** The steps no policy wants. The newest checkpoint is wanted always: it is where a resume begins. */
export function surplus(checkpoints: readonly Candidate[], policy: KeepPolicy): readonly number[] {
  const wanted = new Set([...policy(checkpoints), ...last(1)(checkpoints)]);
  return keepAll(checkpoints).filter((step) => !wanted.has(step));
}
