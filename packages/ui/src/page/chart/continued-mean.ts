import type { Curve } from '../../protocol/curves.js';

/**
 * The exponential average of a curve, continued after its last smoothed value: as `exponentialMean` of core goes on after
 * all its values.
 */
export function continuedMean(
  weight: number,
  { smoothed, values, notFinite }: Pick<Curve, 'smoothed' | 'values' | 'notFinite'>,
): (value: number) => number {
  const count = values - notFinite.reduce((sum, { x }) => sum + x.length, 0);
  let bias = weight ** Math.max(0, count);
  let mean = (smoothed?.at(-1)?.y.at(-1) ?? 0) * (1 - bias);
  return (value) => {
    if (!Number.isFinite(value)) return value;
    mean = mean * weight + value * (1 - weight);
    bias *= weight;
    return mean / (1 - bias);
  };
}
