import type { InputValue, Node, NodeValue, Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { bodiesOf, dependenciesOf, innerNodes } from '../../graph/ir/walk.js';
import { rebuildValues } from '../../graph/rewrite/rebuild.js';
import { cast } from '../../ops/elementwise.js';
import { isNan } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { concat, reshape, slice } from '../../ops/shape.js';
import { after } from './after.js';
import { isRepeatable } from './is-repeatable.js';

/**
 * The nodes of a segment once more, on inputs that are known only when `gradients` are: no runtime can merge them with
 * the first ones, or compute them before.
 * @returns the copy of each node; the node itself where it depends on parameters and constants alone. One that cannot be
 * computed twice keeps its outputs.
 */
export function recomputedNodes(nodes: readonly Node[], gradients: readonly Value[]): Map<Node, Node> {
  const repeated = nodes.filter(isRepeatable);
  const own = new Set(repeated);
  const known = knownAfter(gradients);
  const outer = new Map<Value, Value>();
  for (const value of nodes.flatMap(dependenciesOf)) {
    const isOwn = value.kind === 'node' && own.has(value.node);
    if (isOwn || value.kind === 'parameter' || value.kind === 'constant') continue;
    if (!outer.has(value)) outer.set(value, after(known, value));
  }
  // A body belongs to one node.
  for (const value of repeated.flatMap(bodyInputs)) outer.set(value, input(value.name, value.dtype, value.shape));
  const outputs = repeated.flatMap((node) => node.outputs);
  const inputs = nodes
    .filter((node) => !own.has(node))
    .flatMap((node) => node.inputs.filter((value) => value !== null));
  const values = [...outputs, ...inputs];
  const made = new Map<Value, Value>(rebuildValues(values, outer).map((value, at) => [values[at]!, value]));
  return new Map(
    nodes.map((node) => {
      if (own.has(node)) return [node, (made.get(node.outputs[0]!) as NodeValue).node];
      return [node, { ...node, inputs: node.inputs.map((value) => value && made.get(value)!) }];
    }),
  );
}

/** The inputs of a node's bodies, and of those in them. */
function bodyInputs(node: Node): InputValue[] {
  return bodiesOf(node).flatMap((body) => [...body.inputs, ...[...innerNodes(body)].flatMap(bodyInputs)]);
}

/** bool [1]: something that is computed from an element of each gradient. */
function knownAfter(gradients: readonly Value[]): Value {
  const first = gradients.map((value) => cast(slice(reshape(value, [-1]), [0], [1], [0]), 'float32'));
  return isNan(first.length === 1 ? first[0]! : reduceSum(concat(first, 0), [0]));
}
