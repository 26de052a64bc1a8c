import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import { add, cast, equal, ifThenElse, mul, reduceSum } from '@forge-ml/onnx/ops';
import type { Gradients } from './clip-gradients.js';

/** bool: whether all elements of all gradients are finite: then, times 0, their sum is 0, and otherwise it is not a number. */
export function areFinite(gradients: Gradients): Value {
  const sums = gradients.flatMap((gradient) => {
    return gradient ? [cast(reduceSum(mul(gradient, 0), undefined, { keepdims: false }), 'float32')] : [];
  });
  return equal(
    sums.reduce((sum, one) => add(sum, one)),
    scalar(0, 'float32'),
  );
}

/** The state after an update that is made only if its gradients are finite. */
export function whenFinite(
  finite: Value,
  updated: ReadonlyMap<ParameterValue, Value>,
): ReadonlyMap<ParameterValue, Value> {
  const states = [...updated.keys()];
  const results = ifThenElse(finite, [...updated.values()], states);
  return new Map(states.map((state, at) => [state, results[at]!]));
}
