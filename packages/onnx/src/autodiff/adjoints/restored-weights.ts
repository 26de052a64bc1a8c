import type { Node, Value } from '../../graph/ir/graph.js';
import { makeNode } from '../../graph/make-node.js';
import { computedAfter } from './compute-late.js';

/** What may be between restored weights and the node that multiplies by them. */
const passing: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze']);

/**
 * The node as its gradient rule sees it: frozen quantized weights among its inputs are restored once more, when the
 * gradient of its output is known. Otherwise the floats that the forward pass made of all weights would stay in memory
 * until then.
 * @param isFrozen whether no gradient is wanted of a value
 */
export function withRestoredWeights(node: Node, gradient: Value, isFrozen: (value: Value) => boolean): Node {
  const inputs = node.inputs.map((value) => (value && isFrozen(value) && restoredAgain(value, gradient)) || value);
  return inputs.every((value, at) => value === node.inputs[at]) ? node : { ...node, inputs };
}

function restoredAgain(value: Value, gradient: Value): Value | undefined {
  if (value.kind !== 'node') return undefined;
  const { op, domain, inputs, attributes, origin } = value.node;
  const [x, ...others] = inputs;
  const again = (first: Value, rest: readonly (Value | null)[]) =>
    makeNode({ op, domain, inputs: [first, ...rest], attributes, outputs: 1, origin })[0]!;
  if (op === 'DequantizeLinear' && x && x.kind !== 'node') {
    const [scale, ...zero] = others;
    return scale ? again(x, [computedAfter(gradient, scale), ...zero]) : undefined;
  }
  const inner = passing.has(op) && domain === '' && x ? restoredAgain(x, gradient) : undefined;
  return inner && again(inner, others);
}
