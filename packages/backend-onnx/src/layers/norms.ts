import { groupNormalization, layerNormalization, rmsNormalization } from '@forge-ml/onnx/ops';
import { ones, zeros } from './initializers.js';
import { type Layer, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { knownSize, requireWhole } from './sizes.js';

export interface NormOptions extends NamedOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
}

/** Layer normalization over the last dimension (Ba, Kiros and Hinton, 2016). */
export function layerNorm(options: NormOptions = {}): Layer {
  checkLayerOptions('layerNorm', options, ['epsilon']);
  const { epsilon = 1e-5 } = options;
  return makeLayer('layer_normalization', options, (x, context) => {
    const shape = [knownSize('layerNorm', x, -1)];
    const gamma = context.parameter('gamma', shape, ones);
    const beta = context.parameter('beta', shape, zeros);
    return layerNormalization(x, gamma, beta, { axis: -1, epsilon });
  });
}

/** Division by the root mean square over the last dimension (Zhang and Sennrich, 2019). */
export function rmsNorm(options: NormOptions = {}): Layer {
  checkLayerOptions('rmsNorm', options, ['epsilon']);
  const { epsilon = 1e-5 } = options;
  return makeLayer('rms_normalization', options, (x, context) => {
    const gamma = context.parameter('gamma', [knownSize('rmsNorm', x, -1)], ones);
    return rmsNormalization(x, gamma, { axis: -1, epsilon });
  });
}

/** Normalization of groups of channels of [batch, channels, …] (Wu and He, 2018). */
export function groupNorm(groups: number, options: NormOptions = {}): Layer {
  checkLayerOptions('groupNorm', options, ['epsilon']);
  requireWhole('groupNorm', 'groups', groups);
  const { epsilon = 1e-5 } = options;
  return makeLayer('group_normalization', options, (x, context) => {
    const shape = [knownSize('groupNorm', x, 1)];
    const gamma = context.parameter('gamma', shape, ones);
    const beta = context.parameter('beta', shape, zeros);
    return groupNormalization(x, gamma, beta, { numGroups: groups, epsilon });
  });
}
