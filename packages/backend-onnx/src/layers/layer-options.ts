import { checkOptions, ForgeError, shownValue } from '@forge-ml/core/plugin';
import type { NamedOptions } from './layer.js';

/** The names that Keras and PyTorch use for options here. */
const synonyms = {
  useBias: 'bias',
  use_bias: 'bias',
  strides: 'stride',
  dilationRate: 'dilation',
  dilation_rate: 'dilation',
  group: 'groups',
  depthMultiplier: 'multiplier',
  eps: 'epsilon',
  returnSequences: 'sequences',
  return_sequences: 'sequences',
  embeddingsInitializer: 'initializer',
  isCausal: 'causal',
};

/**
 * Rejects options that a layer does not have.
 * @param layer the layer's function: `dense`
 * @throws ForgeError OPTION_UNKNOWN naming the option and the nearest known one; MODEL_INVALID
 */
export function checkLayerOptions(layer: string, options: NamedOptions, names: readonly string[]): void {
  checkOptions(options, [...names, 'name', 'trainable'], { of: layer, synonyms });
  const { trainable = true } = options;
  if (typeof trainable === 'boolean') return;
  throw new ForgeError('MODEL_INVALID', `${layer}: trainable is true or false, not ${shownValue(trainable)}.`, {
    about: layer,
  });
}
