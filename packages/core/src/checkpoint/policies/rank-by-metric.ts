import type { MetricAddress } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { CheckpointInfo } from '../store/checkpoint-store.js';

export type Candidate = Pick<CheckpointInfo, 'step' | 'metrics' | 'metricSteps'>;

/**
 * Ranks checkpoints by a metric, best first; those without it, or with NaN, are omitted. A checkpoint may hold numbers
 * that were measured at an earlier step. So of equal values, one that was measured at the checkpoint's own step comes
 * first, then the earlier checkpoint.
 * @returns their steps
 */
export function rankByMetric(
  checkpoints: readonly Candidate[],
  { split, name }: Pick<MetricAddress, 'split' | 'name'>,
  direction: Direction,
): readonly number[] {
  const sign = direction === 'max' ? -1 : 1;
  return checkpoints
    .map(({ step, metrics, metricSteps }) => {
      return { step, value: metrics[split]?.[name] ?? Number.NaN, isOwn: metricSteps?.[split] === step };
    })
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => {
      if (a.value !== b.value) return sign * (a.value - b.value);
      return Number(b.isOwn) - Number(a.isOwn) || a.step - b.step;
    })
    .map(({ step }) => step);
}
