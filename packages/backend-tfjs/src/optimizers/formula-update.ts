import type { OptimizerSpec } from '@forge-ml/core/plugin';
import { type Arithmetic, formulas } from '@forge-ml/kernels';
import type * as tfjs from '@tensorflow/tfjs';
import {
  type UpdateParameterAttributes,
  type UpdateParameterInputs,
  updateParameter,
} from '../engines/kernels/update-parameter.js';
import type { Tf } from '../tf/tf.js';
import type { Update, UpdateRequest } from './optimizer.js';

/**
 * The update of a parameter by the optimizer's formula: in one pass on an engine with a kernel for it, else as operations
 * on tensors, with the same bits. Call it inside `tf.tidy`.
 */
export function formulaUpdate(
  tf: Tf,
  { formula, constants, decay }: OptimizerSpec,
): (request: Omit<UpdateRequest, 'tf'>) => Update {
  const { constants: names, slots: slotNames, update } = formulas[formula];
  const arithmetic = arithmeticOf(tf);
  return ({ name, parameter, gradient, slots, rate, step }) => {
    const scalars = names.map((constant) => constants.fixed[constant] ?? constants.perStep[constant]!(step, rate));
    const factor = decay?.(name)?.(step, rate);
    const inputs = { ...slots, parameter, gradient };
    if (hasKernel(tf, inputs)) {
      const attributes = { formula, constants: scalars, decay: factor };
      const [updated, ...updatedSlots] = runUpdate(tf, inputs, attributes);
      return { parameter: updated!, slots: record(slotNames, updatedSlots) };
    }
    return update(arithmetic, {
      parameter,
      gradient,
      slots,
      constants: record(
        names,
        scalars.map((scalar) => tf.scalar(scalar)),
      ),
      decay: factor === undefined ? undefined : tf.scalar(factor),
    });
  };
}

function hasKernel(tf: Tf, inputs: UpdateParameterInputs<tfjs.Tensor>): boolean {
  const areFloats = Object.values(inputs).every(({ dtype, size }) => dtype === 'float32' && size > 0);
  return areFloats && tf.getKernel(updateParameter, tf.getBackend()) !== undefined;
}

function runUpdate(
  tf: Tf,
  inputs: UpdateParameterInputs<tfjs.Tensor>,
  attributes: UpdateParameterAttributes,
): tfjs.Tensor[] {
  // TensorFlow.js passes the attributes on as they are; its type allows fewer.
  return tf.engine().runKernel(updateParameter, inputs, attributes as unknown as tfjs.NamedAttrMap);
}

function record<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
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
