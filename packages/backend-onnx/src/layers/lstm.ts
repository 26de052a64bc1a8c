import type { Value } from '@forge-ml/onnx/graph';
import { add, matMul, mul, sigmoid, split, tanh } from '@forge-ml/onnx/ops';
import type { Initializer } from './initializers.js';
import { type Layer, makeLayer } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { gateKernels, overTime, type RecurrentOptions, recurrentOptions } from './recurrent.js';
import { requireWhole } from './sizes.js';

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000) over
 * [batch, time, features]. Gates in the order input, forget, cell, output, as in Keras; the forget gate's bias starts
 * at 1 (Jozefowicz et al., 2015).
 */
export function lstm(units: number, options: RecurrentOptions = {}): Layer {
  checkLayerOptions('lstm', options, recurrentOptions);
  requireWhole('lstm', 'units', units);
  return makeLayer('lstm', options, (x, context) => {
    const { kernel, recurrent } = gateKernels('lstm', x, units, 4, context, options);
    const bias = context.parameter('bias', [4 * units], forgetGateBias);
    const cell = (inputs: Value, [h, c]: readonly Value[]) => {
      const gates = add(inputs, matMul(h!, recurrent));
      const [input, forget, candidate, output] = split(gates, new Array<number>(4).fill(units), -1);
      const next = add(mul(sigmoid(forget!), c!), mul(sigmoid(input!), tanh(candidate!)));
      return [mul(sigmoid(output!), tanh(next)), next];
    };
    return overTime(x, units, kernel, bias, 2, cell, {
      sequences: options.sequences ?? false,
      training: context.training,
    });
  });
}

const forgetGateBias: Initializer = ({ shape }) => {
  const units = shape[0]! / 4;
  return new Float32Array(4 * units).fill(1, units, 2 * units);
};
