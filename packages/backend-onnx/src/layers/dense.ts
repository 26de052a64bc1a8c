import { add, gemm, matMul } from '@forge-ml/onnx/ops';
import { type Activation, activate } from './activations.js';
import { glorotUniform, type Initializer, zeros } from './initializers.js';
import { type Layer, makeLayer, type NamedOptions } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { knownSize, requireWhole } from './sizes.js';

export interface DenseOptions extends NamedOptions {
  readonly activation?: Activation;
  /** true by default. */
  readonly bias?: boolean;
  /** glorotUniform by default, as in Keras. */
  readonly kernelInitializer?: Initializer;
  /** zeros by default. */
  readonly biasInitializer?: Initializer;
}

/** activation(x · kernel + bias) over the last dimension: [batch, …, in] to [batch, …, units]; kernel [in, units]. */
export function dense(units: number, options: DenseOptions = {}): Layer {
  checkLayerOptions('dense', options, ['activation', 'bias', 'kernelInitializer', 'biasInitializer']);
  requireWhole('dense', 'units', units);
  const { activation = 'linear', bias = true, kernelInitializer = glorotUniform, biasInitializer = zeros } = options;
  return makeLayer('dense', options, (x, context) => {
    const kernel = context.parameter('kernel', [knownSize('dense', x, -1), units], kernelInitializer);
    const offset = bias ? context.parameter('bias', [units], biasInitializer) : undefined;
    const product =
      x.shape.length === 2
        ? gemm(x, kernel, offset)
        : offset === undefined
          ? matMul(x, kernel)
          : add(matMul(x, kernel), offset);
    return activate('dense', activation, product);
  });
}
