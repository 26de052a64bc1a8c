import type { GraphProto, NodeProto, TensorProto } from '../proto/messages.js';
import { constantsOf, type Quantizable, quantizable } from './quantizable.js';

/** What replaces a node: other nodes, and the tensors they read. */
export interface Replacement {
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly TensorProto[];
}

/**
 * The graph with products of constant matrices replaced, those in bodies of Loop, Scan and If too. The new tensors are
 * in the main graph, and constants that nothing reads any more are removed.
 * @param replace undefined to keep the node
 */
export function quantizedGraph(
  graph: GraphProto,
  replace: (found: Quantizable) => Replacement | undefined,
): GraphProto {
  const added = new Map<string, TensorProto>();
  const rewritten = rewrite(graph, new Map(), (found) => {
    const replacement = replace(found);
    for (const tensor of replacement?.tensors ?? []) added.set(tensor.name, tensor);
    return replacement?.nodes;
  });
  const before = readNames(graph);
  const after = readNames(rewritten);
  const gone = new Set([...before].filter((name) => !after.has(name)));
  const kept = withoutConstants(rewritten, gone);
  return { ...kept, initializer: [...kept.initializer, ...added.values()] };
}

function rewrite(
  graph: GraphProto,
  outer: ReadonlyMap<string, TensorProto>,
  replace: (found: Quantizable) => readonly NodeProto[] | undefined,
): GraphProto {
  const constants = new Map([...outer, ...constantsOf(graph)]);
  const node = graph.node.flatMap((each) => {
    const found = quantizable(each, constants);
    return (found && replace(found)) ?? [withBodies(each, (body) => rewrite(body, constants, replace))];
  });
  return { ...graph, node };
}

function withBodies(node: NodeProto, change: (body: GraphProto) => GraphProto): NodeProto {
  if (!node.attribute.some(({ g }) => g)) return node;
  return {
    ...node,
    attribute: node.attribute.map((attribute) => (attribute.g ? { ...attribute, g: change(attribute.g) } : attribute)),
  };
}

/** Every name that a node or an output reads, in bodies too. */
function readNames(graph: GraphProto, names = new Set<string>()): Set<string> {
  for (const { name } of graph.output) names.add(name);
  for (const { input, attribute } of graph.node) {
    for (const name of input) names.add(name);
    for (const { g } of attribute) if (g) readNames(g, names);
  }
  return names;
}

function withoutConstants(graph: GraphProto, gone: ReadonlySet<string>): GraphProto {
  const isGone = ({ name }: { readonly name: string }) => gone.has(name);
  return {
    ...graph,
    node: graph.node
      .filter(({ opType, output }) => !(opType === 'Constant' && gone.has(output[0]!)))
      .map((node) => withBodies(node, (body) => withoutConstants(body, gone))),
    initializer: graph.initializer.filter((tensor) => !isGone(tensor)),
    // Files from before 2019 list initializers among the inputs, too.
    input: graph.input.filter((info) => !(isGone(info) && graph.initializer.some(({ name }) => name === info.name))),
    valueInfo: graph.valueInfo.filter((info) => !isGone(info)),
  };
}
