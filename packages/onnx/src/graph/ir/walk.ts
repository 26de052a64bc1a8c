import type { ConstantValue, Graph, InputValue, Node, ParameterValue, Value } from './graph.js';

/** What values are computed from. */
export interface Walk {
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly inputs: readonly InputValue[];
  readonly parameters: readonly ParameterValue[];
  readonly constants: readonly ConstantValue[];
}

/**
 * Everything `outputs` are computed from, in the order visited. Values that a body (of a Loop, Scan or If) captures
 * count as operands of its node; nodes that depend on the body's inputs are inside it and not listed. `isEnd`: values
 * at which the walk stops.
 */
export function walk(outputs: Iterable<Value>, isEnd: (value: Value) => boolean = () => false): Walk {
  const nodes: Node[] = [];
  const leaves = new Set<Value>();
  const opened = new Set<Node>();
  const closed = new Set<Node>();
  const stack: Node[] = [];
  const push = (values: Iterable<Value>): void => {
    for (const value of [...values].reverse()) {
      if (isEnd(value)) continue;
      if (value.kind !== 'node') leaves.add(value);
      else if (!opened.has(value.node)) stack.push(value.node);
    }
  };
  push(outputs);
  // Iterative, because chains of nodes are deeper than the call stack.
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (opened.has(node)) {
      stack.pop();
      if (!closed.has(node)) nodes.push(node);
      closed.add(node);
      continue;
    }
    opened.add(node);
    push(dependenciesOf(node));
  }
  const found = [...leaves];
  return {
    nodes,
    inputs: found.filter((value) => value.kind === 'input'),
    parameters: found.filter((value) => value.kind === 'parameter'),
    constants: found.filter((value) => value.kind === 'constant'),
  };
}

export function walkGraph(graph: Graph): Walk {
  return walk(graph.outputs.values());
}

/** What a node depends on: its inputs, and the values its bodies capture. */
export function dependenciesOf(node: Node): readonly Value[] {
  const operands = node.inputs.filter((value) => value !== null);
  for (const body of bodiesOf(node)) for (const captured of capturesOf(body)) operands.push(captured);
  return operands;
}

/** The graphs among a node's attributes. */
export function bodiesOf(node: Node): readonly Graph[] {
  const bodies: Graph[] = [];
  for (const name in node.attributes) {
    const attribute = node.attributes[name];
    if (attribute?.type === 'graph') bodies.push(attribute.value);
  }
  return bodies;
}

const captures = new WeakMap<Graph, readonly Value[]>();

/**
 * The outermost values in a body that do not depend on its inputs: they can be computed once, outside. All outputs of a
 * branch of an If are captured.
 */
export function capturesOf(body: Graph): readonly Value[] {
  const cached = captures.get(body);
  if (cached !== undefined) return cached;
  const found = new Set<Value>();
  const own = innerNodes(body);
  const inputs = new Set<Value>(body.inputs);
  const isOutside = (value: Value) => !(value.kind === 'node' ? own.has(value.node) : inputs.has(value));
  for (const node of own) for (const operand of dependenciesOf(node)) if (isOutside(operand)) found.add(operand);
  for (const output of body.outputs.values()) if (isOutside(output)) found.add(output);
  captures.set(body, [...found]);
  return [...found];
}

/** The nodes of a body that depend on its inputs, in topological order. */
export function innerNodes(body: Graph): ReadonlySet<Node> {
  const own = new Set<Node>();
  const inputs = new Set<Value>(body.inputs);
  for (const node of walkGraph(body).nodes) {
    const isOwn = (value: Value) => (value.kind === 'node' ? own.has(value.node) : inputs.has(value));
    if (dependenciesOf(node).some(isOwn)) own.add(node);
  }
  return own;
}
