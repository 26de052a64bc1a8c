import type { AttributeProto, GraphProto, NodeProto } from '@forge-ml/onnx/proto';

/** The graph with other names of values, in the graphs of its nodes too. */
export function renameValues(graph: GraphProto, names: ReadonlyMap<string, string>): GraphProto {
  const to = (name: string) => names.get(name) ?? name;
  const named = <T extends { readonly name: string }>(values: readonly T[]) => {
    return values.map((value) => (names.has(value.name) ? { ...value, name: to(value.name) } : value));
  };
  const attribute = (one: AttributeProto) => (one.g === undefined ? one : { ...one, g: renameValues(one.g, names) });
  const node = (one: NodeProto): NodeProto => {
    return { ...one, input: one.input.map(to), output: one.output.map(to), attribute: one.attribute.map(attribute) };
  };
  return {
    ...graph,
    node: graph.node.map(node),
    initializer: named(graph.initializer),
    input: named(graph.input),
    output: named(graph.output),
    valueInfo: named(graph.valueInfo),
  };
}

/** All names of values in a graph, and in those of its nodes. */
export function namesOfValues({ node, initializer, input, output, valueInfo }: GraphProto): Set<string> {
  const names = new Set([...initializer, ...input, ...output, ...valueInfo].map(({ name }) => name));
  for (const one of node) {
    for (const name of [...one.input, ...one.output]) names.add(name);
    for (const { g } of one.attribute) if (g !== undefined) for (const name of namesOfValues(g)) names.add(name);
  }
  return names;
}
