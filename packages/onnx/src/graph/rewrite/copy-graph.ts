import type { Attribute, Graph, InputValue, Node, NodeValue, Value } from '../ir/graph.js';
import { unknownTypeOf, untypedInput, untypedOutput } from '../ir/unknown-type.js';

/** A copy of the graph with its own inputs. Nodes that do not depend on its inputs stay shared with the original. */
export function copyGraph(original: Graph): Graph {
  const inputs = new Map<Value, InputValue>();
  const copies = new Map<Node, Node>();

  const copyOf = (value: Value): Value => {
    if (value.kind === 'node') return nodeFor(value.node).outputs[value.output] as NodeValue;
    return inputs.get(value) ?? value;
  };
  // Recursive, as bodies of loops are small.
  const nodeFor = (node: Node): Node => {
    const copy = copies.get(node) ?? changed(node);
    copies.set(node, copy);
    return copy;
  };
  const changed = (node: Node): Node => {
    const own = node.inputs.map((input) => input && copyOf(input));
    const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
      name,
      attribute.type === 'graph' ? { type: 'graph', value: graphOf(attribute.value) } : attribute,
    ]);
    const hasBody = attributes.some(([, attribute]) => attribute.type === 'graph');
    if (!hasBody && own.every((input, index) => input === node.inputs[index])) return node;
    const outputs: NodeValue[] = [];
    const copy: Node = { ...node, inputs: own, attributes: Object.fromEntries(attributes), outputs };
    for (const output of node.outputs) {
      const unknown = unknownTypeOf(output);
      outputs.push(unknown ? untypedOutput(copy, output.output, unknown, output.name) : { ...output, node: copy });
    }
    return copy;
  };
  const graphOf = (graph: Graph): Graph => {
    for (const input of graph.inputs) {
      const unknown = unknownTypeOf(input);
      inputs.set(input, unknown ? untypedInput(input.name, unknown) : { ...input });
    }
    const outputs = new Map([...graph.outputs].map(([name, value]) => [name, copyOf(value)]));
    return { inputs: graph.inputs.map((input) => copyOf(input) as InputValue), outputs };
  };
  return graphOf(original);
}
