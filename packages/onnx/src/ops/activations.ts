import { known } from '../errors/options.js';
import { float, given, int, maybe, text } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call } from '../graph/make-node.js';
import { type Operand, operands } from './operand.js';

const unary = (op: string) => (x: Value) => call(op, [x]);

export const relu = unary('Relu');
export const sigmoid = unary('Sigmoid');
export const tanh = unary('Tanh');
/** log(1 + exp x). */
export const softplus = unary('Softplus');
/** x / (1 + |x|). */
export const softsign = unary('Softsign');
/** x · hardSigmoid(x) with slope 1/6 (Howard et al., 2019). */
export const hardSwish = unary('HardSwish');
/** x · tanh(softplus x) (Misra, 2019). */
export const mish = unary('Mish');

/** x, and slope · x below zero; 0.01 by default. */
export function leakyRelu(x: Value, alpha?: number): Value {
  return call('LeakyRelu', [x], given({ alpha: maybe(float, alpha) }));
}

/** x, and slope · x below zero, the slope broadcast to x. */
export function prelu(x: Value, slope: Operand): Value {
  return call('PRelu', operands(x, slope));
}

/** x, and alpha · (exp x - 1) below zero; 1 by default (Clevert et al., 2015). */
export function elu(x: Value, alpha?: number): Value {
  return call('Elu', [x], given({ alpha: maybe(float, alpha) }));
}

/** Elu that keeps mean and variance (Klambauer et al., 2017). */
export function selu(x: Value, options: { alpha?: number; gamma?: number } = {}): Value {
  const { alpha, gamma } = known('ops.selu', options, ['alpha', 'gamma']);
  return call('Selu', [x], given({ alpha: maybe(float, alpha), gamma: maybe(float, gamma) }));
}

/** x, and alpha · (exp(x / alpha) - 1) below zero (Barron, 2017). */
export function celu(x: Value, alpha?: number): Value {
  return call('Celu', [x], given({ alpha: maybe(float, alpha) }));
}

/** x above alpha, else 0; alpha is 1 by default. */
export function thresholdedRelu(x: Value, alpha?: number): Value {
  return call('ThresholdedRelu', [x], given({ alpha: maybe(float, alpha) }));
}

/** alpha · x + beta, limited to [0, 1]; 0.2 and 0.5 by default. */
export function hardSigmoid(x: Value, options: { alpha?: number; beta?: number } = {}): Value {
  const { alpha, beta } = known('ops.hardSigmoid', options, ['alpha', 'beta']);
  return call('HardSigmoid', [x], given({ alpha: maybe(float, alpha), beta: maybe(float, beta) }));
}

/** x · Φ(x) (Hendrycks and Gimpel, 2016), exactly or by its approximation with tanh. */
export function gelu(x: Value, options: { approximate?: 'none' | 'tanh' } = {}): Value {
  const { approximate = 'none' } = known('ops.gelu', options, ['approximate']);
  return call('Gelu', [x], approximate === 'none' ? {} : { approximate: text(approximate) });
}

export function softmax(x: Value, axis = -1): Value {
  return call('Softmax', [x], { axis: int(axis) });
}

export function logSoftmax(x: Value, axis = -1): Value {
  return call('LogSoftmax', [x], { axis: int(axis) });
}
