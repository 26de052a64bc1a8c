import type { MetricAddress } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { CheckpointInfo } from '../store/checkpoint-store.js';

export type Candidate = Pick<CheckpointInfo, 'step' | 'metrics'>;

/** Which of a run's checkpoints to keep: those that either of the two wants. */
export interface KeepPolicy {
  /** Steps that are wanted for their rank among the others, which are given ascending by step. */
  ranked(checkpoints: readonly Candidate[]): readonly number[];
  /** Whether a step is wanted whatever the others are. */
  always(step: number): boolean;
}

export const keepAll: KeepPolicy = { ranked: () => [], always: () => true };

export function last(count: number): KeepPolicy {
  return { ranked: (checkpoints) => (count > 0 ? stepsOf(checkpoints.slice(-count)) : []), always: () => false };
}

/** Every checkpoint whose step is a multiple of n, for ever. */
export function everyNth(steps: number): KeepPolicy {
  return { ranked: () => [], always: (step) => step % steps === 0 };
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
  const ranked = (checkpoints: readonly Candidate[]): readonly number[] => {
    const measured = checkpoints
      .map(({ step, metrics }) => ({ step, value: metrics[split]?.[name] ?? Number.NaN }))
      .filter(({ value }) => !Number.isNaN(value));
    if (measured.length === 0) return stepsOf(checkpoints);
    return measured
      .sort((a, b) => (a.value === b.value ? a.step - b.step : sign * (a.value - b.value)))
      .slice(0, count)
      .map(({ step }) => step);
  };
  return { ranked, always: () => false };
}

/** Keeps what any of the policies wants. */
export function keepAny(...policies: readonly KeepPolicy[]): KeepPolicy {
  return {
    ranked: (checkpoints) => policies.flatMap((policy) => policy.ranked(checkpoints)),
    always: (step) => policies.some((policy) => policy.always(step)),
  };
}

/** The policy, and the newest checkpoint too: it is where a resume begins. */
export function withNewest(policy: KeepPolicy): KeepPolicy {
  return keepAny(last(1), policy);
}

/** The steps that a policy does not want. */
export function surplus(checkpoints: readonly Candidate[], policy: KeepPolicy): readonly number[] {
  const ranked = new Set(policy.ranked(checkpoints));
  return stepsOf(checkpoints).filter((step) => !ranked.has(step) && !policy.always(step));
}

function stepsOf(checkpoints: readonly Candidate[]): readonly number[] {
  return checkpoints.map(({ step }) => step);
}
