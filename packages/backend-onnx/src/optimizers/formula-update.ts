import type { OptimizerSpec, PerStep } from '@forge-ml/core/plugin';
import { type Arithmetic, formulas } from '@forge-ml/kernels';
import type { Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import { abs, add, div, max, mul, sign, sqrt, sub } from '@forge-ml/onnx/ops';
import type { Update, UpdateRequest } from './optimizer.js';

const arithmetic: Arithmetic<Value> = { add, sub, mul, div, max: (a, b) => max([a, b]), sqrt, abs, sign };

export interface FormulaRequest extends Omit<UpdateRequest, 'rate' | 'perStep'> {
  /** A scalar of the step, one for each function. */
  scalarOf(of: PerStep): Value;
}

/** The update of one parameter by the optimizer's formula. */
export function formulaUpdate(
  { formula, constants, decay }: OptimizerSpec,
  { name, parameter, gradient, slots, scalarOf }: FormulaRequest,
): Update {
  const { constants: names, update } = formulas[formula];
  const values: Record<string, Value> = {};
  for (const constant of names) {
    const fixed = constants.fixed[constant];
    values[constant] = fixed === undefined ? scalarOf(constants.perStep[constant]!) : scalar(fixed, parameter.dtype);
  }
  const factor = decay?.(name);
  return update(arithmetic, { parameter, gradient, slots, constants: values, decay: factor && scalarOf(factor) });
}
