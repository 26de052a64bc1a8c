import { flatten as flattenValue, reshape as reshapeValue, transpose } from '@forge-ml/onnx/ops';
import type { Step } from './layer.js';
import { requireRank } from './sizes.js';

/** [batch, …] to [batch, the product of the rest]. */
export function flatten(): Step {
  return (x) => flattenValue(x, 1);
}

/** Every example to that shape; one size may be -1, which is inferred. */
export function reshapeTo(...shape: readonly number[]): Step {
  return (x) => reshapeValue(x, [0, ...shape]);
}

/**
 * [batch, height, width, channels], as images are stored, to [batch, channels, height, width], as layers expect them.
 */
export function channelsFirst(): Step {
  return (x) => {
    requireRank('channelsFirst', x, 4, 'batch, height, width, channels');
    return transpose(x, [0, 3, 1, 2]);
  };
}
