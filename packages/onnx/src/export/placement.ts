import { OnnxError } from '../errors/onnx-error.js';
import type { ConstantValue, Graph, InputValue, Node, NodeValue, ParameterValue, Value } from '../graph/ir/graph.js';
import { copyGraph } from '../graph/rewrite/copy-graph.js';
import { commonScope, encloses, type Scope } from './scopes.js';

export interface Placement {
  readonly main: Scope;
  /** The nodes of each scope, producers before consumers. */
  readonly nodes: ReadonlyMap<Scope, readonly Node[]>;
  readonly constants: ReadonlyMap<Scope, readonly ConstantValue[]>;
  /** In the order the nodes read them. */
  readonly parameters: readonly ParameterValue[];
  /** The body in a node's graph attribute. */
  bodyOf(node: Node, attribute: string): Scope;
  homeOf(node: Node): Scope | undefined;
  /** Which of a node's outputs anything reads. */
  isRead(node: Node, output: number): boolean;
}

/**
 * Assigns each node and constant to one graph of the model, because in a `Graph` a body just refers to the values it
 * needs. What only one body needs is computed in it; what several bodies or their outer graph need is computed once, in
 * the innermost graph that encloses them all.
 * @throws OnnxError MODEL_INVALID for a value that depends on an input of no enclosing graph.
 */
export function placeNodes(graph: Graph): Placement {
  const { nodes, bodies } = inOrder(graph);
  const homes = new Map<Value | Node, Scope>();
  const bodyScopes = new Map<Graph, Scope>();
  const inputScopes = new Map<InputValue, Scope>();
  const read = new Map<Node, Set<number>>();

  const open = (body: Graph, parent: Scope | undefined): Scope => {
    const scope = { graph: body, parent, depth: parent ? parent.depth + 1 : 0 };
    for (const input of body.inputs) inputScopes.set(input, scope);
    return scope;
  };
  const use = (value: Value, scope: Scope): void => {
    if (value.kind === 'node') {
      const outputs = read.get(value.node) ?? new Set();
      read.set(value.node, outputs.add(value.output));
    }
    const placed = value.kind === 'node' ? value.node : value;
    const before = homes.get(placed);
    homes.set(placed, before ? commonScope(before, scope) : scope);
  };

  const main = open(graph, undefined);
  for (const output of graph.outputs.values()) use(output, main);
  // Consumers before producers: when a node is reached, all its consumers are placed.
  for (const node of nodes.toReversed()) {
    const home = homes.get(node) as Scope;
    for (const input of node.inputs) if (input) use(input, home);
    for (const body of bodies.get(node)?.values() ?? []) {
      const scope = open(body, home);
      bodyScopes.set(body, scope);
      for (const output of body.outputs.values()) use(output, scope);
    }
  }
  const placement = { nodes: new Map<Scope, Node[]>(), constants: new Map<Scope, ConstantValue[]>() };
  const parameters: ParameterValue[] = [];
  for (const leaf of leavesInOrder(nodes, homes)) {
    const home = homes.get(leaf) as Scope;
    if (leaf.kind === 'constant') append(placement.constants, home, leaf);
    else if (leaf.kind === 'parameter') parameters.push(leaf);
    else checkInput(leaf, home, inputScopes.get(leaf));
  }
  for (const node of nodes) append(placement.nodes, homes.get(node) as Scope, node);
  return {
    main,
    ...placement,
    parameters,
    bodyOf: (node, attribute) => bodyScopes.get(bodies.get(node)?.get(attribute) as Graph) as Scope,
    homeOf: (node) => homes.get(node),
    isRead: (node, output) => read.get(node)?.has(output) ?? false,
  };
}

type Leaf = Exclude<Value, NodeValue>;

/** As the nodes read them, then those that are only outputs. */
function leavesInOrder(nodes: readonly Node[], homes: ReadonlyMap<Value | Node, Scope>): ReadonlySet<Leaf> {
  const leaves = new Set<Leaf>();
  for (const { inputs } of nodes) {
    for (const value of inputs) if (value && value.kind !== 'node') leaves.add(value);
  }
  for (const placed of homes.keys()) if ('kind' in placed && placed.kind !== 'node') leaves.add(placed);
  return leaves;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function checkInput(input: InputValue, home: Scope, owner: Scope | undefined): void {
  if (owner && encloses(owner, home)) return;
  const problem = owner ? 'is used outside of the loop or branch it belongs to' : "is not among the graph's inputs";
  throw new OnnxError('MODEL_INVALID', `The input ${JSON.stringify(input.name)} ${problem}.`, {
    about: input.name,
    hint: 'List it among the inputs of the graph that uses it.',
  });
}

type Bodies = ReadonlyMap<Node, ReadonlyMap<string, Graph>>;

/** Every node of the graph and of its bodies, in topological order. Iterative, because graphs are deep. */
function inOrder(graph: Graph): { nodes: readonly Node[]; bodies: Bodies } {
  const nodes: Node[] = [];
  const bodies = new Map<Node, ReadonlyMap<string, Graph>>();
  const seenBodies = new Set<Graph>([graph]);
  const opened = new Set<Node>();
  const closed = new Set<Node>();
  const stack: Node[] = [];
  const push = (values: Iterable<Value | null>): void => {
    for (const value of [...values].reverse()) if (value?.kind === 'node') stack.push(value.node);
  };
  push(graph.outputs.values());
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (opened.has(node)) {
      stack.pop();
      if (!closed.has(node)) nodes.push(node);
      closed.add(node);
      continue;
    }
    opened.add(node);
    const own = bodiesOf(node, seenBodies);
    if (own.size > 0) bodies.set(node, own);
    for (const body of own.values()) push(body.outputs.values());
    push(node.inputs);
  }
  return { nodes, bodies };
}

/** A graph that is the body of two nodes is written twice. */
function bodiesOf(node: Node, seen: Set<Graph>): ReadonlyMap<string, Graph> {
  const own = new Map<string, Graph>();
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute.type !== 'graph') continue;
    const body = seen.has(attribute.value) ? copyGraph(attribute.value) : attribute.value;
    seen.add(body);
    own.set(name, body);
  }
  return own;
}
