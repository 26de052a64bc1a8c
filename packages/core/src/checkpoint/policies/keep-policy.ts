import type { MetricAddress } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { type Candidate, rankByMetric } from './rank-by-metric.js';

/** Which of a run's checkpoints to keep: those that `ranked` or `always` selects. */
export interface KeepPolicy {
  /** Steps to keep for their rank among the checkpoints, which are given ascending by step. */
  ranked(checkpoints: readonly Candidate[]): readonly number[];
  /** Whether to keep a step whatever the other checkpoints are. */
  always(step: number): boolean;
}

export const keepAll: KeepPolicy = { ranked: () => [], always: () => true };

export function last(count: number): KeepPolicy {
  return { ranked: (checkpoints) => (count > 0 ? stepsOf(checkpoints.slice(-count)) : []), always: () => false };
}

/** Every checkpoint whose step is a multiple of n; never removed. */
export function everyNth(steps: number): KeepPolicy {
  return { ranked: () => [], always: (step) => step % steps === 0 };
}

/**
 * The k best by a metric: see `rankByMetric`. A checkpoint without the metric, or with NaN, is never among them. While no
 * checkpoint has a value, all are kept.
 */
export function best(metric: Pick<MetricAddress, 'split' | 'name'>, direction: Direction, count = 1): KeepPolicy {
  const ranked = (checkpoints: readonly Candidate[]): readonly number[] => {
    const measured = rankByMetric(checkpoints, metric, direction);
    return measured.length === 0 ? stepsOf(checkpoints) : measured.slice(0, count);
  };
  return { ranked, always: () => false };
}

/** Keeps a checkpoint if any of the policies does. */
export function keepAny(...policies: readonly KeepPolicy[]): KeepPolicy {
  return {
    ranked: (checkpoints) => policies.flatMap((policy) => policy.ranked(checkpoints)),
    always: (step) => policies.some((policy) => policy.always(step)),
  };
}

/** Keeps the newest checkpoint as well: a resume starts from it. */
export function withNewest(policy: KeepPolicy): KeepPolicy {
  return keepAny(last(1), policy);
}

/** The steps that a policy does not keep. */
export function surplus(checkpoints: readonly Candidate[], policy: KeepPolicy): readonly number[] {
  const ranked = new Set(policy.ranked(checkpoints));
  return stepsOf(checkpoints).filter((step) => !ranked.has(step) && !policy.always(step));
}

function stepsOf(checkpoints: readonly Candidate[]): readonly number[] {
  return checkpoints.map(({ step }) => step);
}
