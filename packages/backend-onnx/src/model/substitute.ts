import type { Attribute, Attributes, Node } from '../graph/node.js';
import type { NodeValue, Value } from '../graph/value.js';

/**
 * The same computations with some values in place of others. Nodes that depend on none of them stay the same nodes.
 * Without recursion: training graphs are thousands of nodes deep.
 */
export function substitute(values: readonly Value[], replacements: ReadonlyMap<Value, Value>): readonly Value[] {
  const copies = new Map<Node, Node>();
  const now = (value: Value): Value => {
    const replaced = replacements.get(value);
    if (replaced !== undefined) return replaced;
    return value.kind === 'node' ? copies.get(value.node)!.outputs[value.output]! : value;
  };
  for (const root of values) {
    const stack: Node[] = root.kind === 'node' && !replacements.has(root) ? [root.node] : [];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const before = sourcesOf(node).flatMap((value) =>
        value.kind === 'node' && !copies.has(value.node) && !replacements.has(value) ? [value.node] : [],
      );
      if (!copies.has(node) && before.length > 0) {
        stack.push(...before);
        continue;
      }
      if (!copies.has(node)) copies.set(node, copied(node, now));
      stack.pop();
    }
  }
  return values.map(now);
}

/** What a node reads, in the bodies of loops and branches too. */
function sourcesOf(node: Node): Value[] {
  const own = node.inputs.filter((input) => input !== null);
  const bodies = Object.values(node.attributes).flatMap((attribute) =>
    attribute.type === 'graph' ? [...attribute.value.outputs.values()] : [],
  );
  return [...own, ...bodies];
}

function copied(node: Node, now: (value: Value) => Value): Node {
  const inputs = node.inputs.map((input) => input && now(input));
  const attributes: Attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, attribute]) => [name, copiedAttribute(attribute, now)]),
  );
  const same =
    inputs.every((input, index) => input === node.inputs[index]) &&
    Object.entries(attributes).every(([name, attribute]) => attribute === node.attributes[name]);
  if (same) return node;
  const outputs: NodeValue[] = [];
  const copy: Node = { ...node, inputs, attributes, outputs };
  for (const output of node.outputs) outputs.push({ ...output, node: copy });
  return copy;
}

function copiedAttribute(attribute: Attribute, now: (value: Value) => Value): Attribute {
  if (attribute.type !== 'graph') return attribute;
  const outputs = Array.from(attribute.value.outputs, ([name, value]) => [name, now(value)] as const);
  const same = outputs.every(([name, value]) => value === attribute.value.outputs.get(name));
  return same ? attribute : { type: 'graph', value: { inputs: attribute.value.inputs, outputs: new Map(outputs) } };
}
