import type { OptimizerSpec } from '@forge-ml/core/plugin';
import { type Arithmetic, formulas } from '@forge-ml/kernels';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { Update, UpdateRequest } from './optimizer.js';

/** The update of a parameter by the optimizer's formula. Call it inside `tf.tidy`. */
export function formulaUpdate(
  tf: Tf,
  { formula, constants, decay }: OptimizerSpec,
): (request: Omit<UpdateRequest, 'tf'>) => Update {
  const { constants: names, update } = formulas[formula];
  const arithmetic = arithmeticOf(tf);
  return ({ name, parameter, gradient, slots, rate, step }) => {
    const values: Record<string, tfjs.Tensor> = {};
    for (const constant of names) {
      values[constant] = tf.scalar(constants.fixed[constant] ?? constants.perStep[constant]!(step, rate));
    }
    const factor = decay?.(name)?.(step, rate);
    return update(arithmetic, {
      parameter,
      gradient,
      slots,
      constants: values,
      decay: factor === undefined ? undefined : tf.scalar(factor),
    });
  };
}

function arithmeticOf(tf: Tf): Arithmetic<tfjs.Tensor> {
  return {
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    div: (a, b) => tf.div(a, b),
    max: (a, b) => tf.maximum(a, b),
    sqrt: (a) => tf.sqrt(a),
    abs: (a) => tf.abs(a),
    sign: (a) => tf.sign(a),
  };
}
