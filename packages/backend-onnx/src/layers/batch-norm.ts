import { batchNormalization } from '@forge-ml/onnx/ops';
import { type Initializer, ones, zeros } from './initializers.js';
import { type Layer, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { knownSize } from './sizes.js';

export interface BatchNormOptions extends NamedOptions {
  /** Added to the variance; 1e-5 by default, as in ONNX and PyTorch (Keras: 1e-3). */
  readonly epsilon?: number;
  /**
   * The share of the running statistics that is kept; 0.9 by default, as in ONNX (0.1 is the same in PyTorch; Keras:
   * 0.99).
   */
  readonly momentum?: number;
  readonly gammaInitializer?: Initializer;
}

const state = { trainable: false } as const;

/**
 * Batch normalization (Ioffe and Szegedy, 2015) of [batch, channels, …]: by the batch's mean and variance while
 * training, by their running averages in inference or if it is not trainable. The running variance is the population's,
 * as in ONNX.
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  checkLayerOptions('batchNorm', options, ['epsilon', 'momentum', 'gammaInitializer']);
  const { epsilon = 1e-5, momentum = 0.9, gammaInitializer = ones } = options;
  return makeLayer('batch_normalization', options, (x, context) => {
    const shape = [knownSize('batchNorm', x, 1)];
    const gamma = context.parameter('gamma', shape, gammaInitializer);
    const beta = context.parameter('beta', shape, zeros);
    const mean = context.parameter('moving_mean', shape, zeros, state);
    const variance = context.parameter('moving_variance', shape, ones, state);
    // If frozen, it uses its running statistics, as in Keras.
    const isFrozen = !gamma.trainable || [gamma, mean, variance].some((value) => context.isFrozen(value));
    if (!context.training || isFrozen) {
      return batchNormalization(x, gamma, beta, mean, variance, { epsilon, momentum })[0];
    }
    const running = [context.current(mean), context.current(variance)] as const;
    const training = batchNormalization(x, gamma, beta, ...running, { epsilon, momentum, trainingMode: true });
    context.update(mean, training[1]!);
    context.update(variance, training[2]!);
    return training[0];
  });
}
