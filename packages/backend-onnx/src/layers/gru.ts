import type { Value } from '@forge-ml/onnx/graph';
import { add, matMul, mul, sigmoid, split, sub, tanh } from '@forge-ml/onnx/ops';
import { zeros } from './initializers.js';
import { type Layer, makeLayer } from './layer.js';
import { checkLayerOptions } from './layer-options.js';
import { gateKernels, overTime, type RecurrentOptions, recurrentOptions } from './recurrent.js';
import { requireWhole } from './sizes.js';

/**
 * Gated recurrent units (Cho et al., 2014) over [batch, time, features], the reset gate applied after the
 * multiplication, as in PyTorch, cuDNN and Keras. Gates in the order update, reset, candidate, as in Keras.
 */
export function gru(units: number, options: RecurrentOptions = {}): Layer {
  checkLayerOptions('gru', options, recurrentOptions);
  requireWhole('gru', 'units', units);
  return makeLayer('gru', options, (x, context) => {
    const { kernel, recurrent } = gateKernels('gru', x, units, 3, context, options);
    const bias = context.parameter('bias', [3 * units], zeros);
    const recurrentBias = context.parameter('recurrent_bias', [3 * units], zeros);
    const cell = (inputs: Value, [h]: readonly Value[]) => {
      const parts = new Array<number>(3).fill(units);
      const [updateIn, resetIn, candidateIn] = split(inputs, parts, -1);
      const [updateOld, resetOld, candidateOld] = split(add(matMul(h!, recurrent), recurrentBias), parts, -1);
      const update = sigmoid(add(updateIn!, updateOld!));
      const reset = sigmoid(add(resetIn!, resetOld!));
      const candidate = tanh(add(candidateIn!, mul(reset, candidateOld!)));
      return [add(mul(sub(1, update), candidate), mul(update, h!))];
    };
    return overTime(x, units, kernel, bias, 1, cell, {
      sequences: options.sequences ?? false,
      training: context.training,
    });
  });
}
