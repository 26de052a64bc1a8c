import { zerosLike } from '@forge-ml/onnx';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { ifThenElse } from '@forge-ml/onnx/ops';

/** The slot that holds the sum of a parameter's gradients since the last update. */
export const sumSlot = 'accumulated';

type Next = ReadonlyMap<ParameterValue, Value>;

/**
 * The state after a batch when gradients accumulate: after the last batch of an update the updated state, with sums of
 * zero; before it only the sums change. The update is computed only when it is due.
 * @param due bool: whether the batch is the last of its update
 * @param updated parameters and slots after an update
 * @param sums the slots of sums, including this batch's gradients
 */
export function whenDue(due: Value, updated: Next, sums: Next): Next {
  const states = [...updated.keys(), ...sums.keys()];
  const after = [...updated.values(), ...Array.from(sums.values(), zerosLike)];
  const between = [...updated.keys(), ...sums.values()];
  const results = ifThenElse(due, after, between);
  return new Map(states.map((state, at) => [state, results[at]!]));
}
