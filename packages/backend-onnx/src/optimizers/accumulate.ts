import { zerosLike } from '@forge-ml/onnx';
import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { ifThenElse } from '@forge-ml/onnx/ops';

/** The slot that holds the sum of a parameter's gradients since the last update. */
export const sumSlot = 'accumulated';

type Next = ReadonlyMap<ParameterValue, Value>;

/**
 * The state after a batch where several make an update: after the last of them what the update gives, sums at zero;
 * else only the sums have moved. The update is computed only when it is due.
 * @param due bool: whether the batch is the last of its update
 * @param updated parameters and slots after an update
 * @param sums the slots of sums, this batch's gradients added
 */
export function whenDue(due: Value, updated: Next, sums: Next): Next {
  const states = [...updated.keys(), ...sums.keys()];
  const after = [...updated.values(), ...Array.from(sums.values(), zerosLike)];
  const between = [...updated.keys(), ...sums.values()];
  const results = ifThenElse(due, after, between);
  return new Map(states.map((state, at) => [state, results[at]!]));
}
