import type { Value } from '../graph/value.js';
import { sigmoid, tanh } from '../ops/activations.js';
import { add, mul, sub } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { split } from '../ops/shape.js';
import { zeros } from './initializers.js';
import { type Layer, makeLayer } from './layer.js';
import { gateKernels, overTime, type RecurrentOptions } from './recurrent.js';
import { requireWhole } from './sizes.js';

/**
 * Gated recurrent units (Cho et al., 2014) over [batch, time, features], the reset gate applied after the
 * multiplication, as in PyTorch, cuDNN and Keras. Gates in the order update, reset, candidate, as in Keras.
 */
export function gru(units: number, options: RecurrentOptions = {}): Layer {
  requireWhole('gru', 'units', units);
  return makeLayer('gru', options, (x, context) => {
    const { kernel, recurrent } = gateKernels('gru', x, units, 3, context, options);
    const bias = context.parameter('bias', [3 * units], zeros);
    const recurrentBias = context.parameter('recurrent_bias', [3 * units], zeros);
    const cell = (entering: Value, state: Value | null): Value => {
      const parts = new Array<number>(3).fill(units);
      const remembered = state === null ? recurrentBias : add(matMul(state, recurrent), recurrentBias);
      const [updateIn, resetIn, candidateIn] = split(entering, parts, -1) as Value[];
      const [updateOld, resetOld, candidateOld] = split(remembered, parts, -1) as Value[];
      const update = sigmoid(add(updateIn!, updateOld!));
      const reset = sigmoid(add(resetIn!, resetOld!));
      const candidate = tanh(add(candidateIn!, mul(reset, candidateOld!)));
      const fresh = mul(sub(1, update), candidate);
      return state === null ? fresh : add(fresh, mul(update, state));
    };
    return overTime('gru', x, kernel, bias, cell, (state) => state, options.sequences ?? false);
  });
}
