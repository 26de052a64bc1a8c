import { inferenceRuleOf } from '../infer/rules.js';
import { unknownDim } from '../ir/dims.js';
import type { Attribute, Attributes, Graph, InputValue, Node, NodeValue, Value } from '../ir/graph.js';
import type { Shape } from '../ir/types.js';
import { isTyped, unknownTypeOf } from '../ir/unknown-type.js';
import { input } from '../ir/values.js';
import { dependenciesOf, walk } from '../ir/walk.js';
import { type DeclaredType, makeFileNode, makeNode } from '../make-node.js';
import { propagatedNumbers } from '../propagate/known-values.js';

export interface Changes {
  /** The replacement of a value, used as it is; undefined to keep the value. */
  readonly substitute?: (value: Value) => Value | undefined;
  /** The replacements of a node's outputs, given the node with its inputs rebuilt; undefined to keep the node. */
  readonly rewrite?: (node: Node) => readonly Value[] | undefined;
  /** Whether replacements have the types of what they replace: nodes then keep theirs. Default: they are inferred. */
  readonly sameTypes?: boolean;
}

/**
 * Replaces values of a graph. Unchanged nodes are kept; all others, those in bodies too, are made again, so types are
 * inferred again. An If whose condition is known becomes its branch. An input replaced by another input is replaced in the list of inputs; one replaced by any other value
 * is removed from it.
 * @throws OnnxError MODEL_INVALID where an operator does not accept its new inputs.
 */
export function rebuild(graph: Graph, changes: Changes | ReadonlyMap<Value, Value>): Graph {
  const builder = new Rebuilder('get' in changes ? { substitute: (value) => changes.get(value) } : changes);
  const outputs = new Map([...graph.outputs].map(([name, value]) => [name, builder.rebuilt(value)]));
  const inputs = graph.inputs.map((value) => builder.rebuilt(value)).filter((value) => value.kind === 'input');
  return { inputs: [...new Set(inputs)], outputs };
}

/** The values after the changes, in the same order. */
export function rebuildValues(values: readonly Value[], changes: Changes | ReadonlyMap<Value, Value>): Value[] {
  const graph = { inputs: [], outputs: new Map(values.map((value, at) => [`${at}`, value])) };
  return [...rebuild(graph, changes).outputs.values()];
}

/** Remembers what it has rebuilt, so that shared values stay shared. */
class Rebuilder {
  private readonly done = new Map<Value, Value>();
  /** Nodes that only branches of Ifs need. */
  private readonly conditional = new Set<Node>();
  private readonly substitute: (value: Value) => Value | undefined;
  private readonly rewrite: (node: Node) => readonly Value[] | undefined;

  private readonly sameTypes: boolean;

  constructor({ substitute = () => undefined, rewrite = () => undefined, sameTypes = false }: Changes) {
    this.substitute = substitute;
    this.rewrite = rewrite;
    this.sameTypes = sameTypes;
  }

  rebuilt(value: Value): Value {
    this.build([value]);
    return this.result(value);
  }

  private build(values: readonly Value[]): void {
    const isEnd = (value: Value) => this.done.has(value) || this.isReplaced(value);
    const { nodes } = walk(values, isEnd);
    const later = new Set(conditionalNodes(nodes, values));
    for (const node of later) this.conditional.add(node);
    for (const node of nodes) if (!later.has(node)) this.buildNode(node);
  }

  private isReplaced(value: Value): boolean {
    const substitute = this.substitute(value);
    if (substitute === undefined) return false;
    this.done.set(value, substitute);
    return true;
  }

  private result(value: Value): Value {
    const done = this.done.get(value);
    if (done !== undefined) return done;
    const result = this.substitute(value) ?? value;
    this.done.set(value, result);
    return result;
  }

  private buildNode(node: Node): void {
    const inputs = node.inputs.map((value) => value && this.result(value));
    const branch = isIf(node) && !this.sameTypes ? chosenBranch(node, inputs[0]) : undefined;
    if (branch) {
      this.replace(node, this.branch(branch));
      return;
    }
    const attributes = this.attributes(node, inputs);
    const isSame = attributes === node.attributes && inputs.every((value, at) => value === node.inputs[at]);
    const made = isSame ? node.outputs : this.remade(node, inputs, attributes);
    this.replace(node, (made[0] && this.rewrite(made[0].node)) ?? made);
  }

  private replace(node: Node, outputs: readonly Value[]): void {
    for (const [at, value] of node.outputs.entries()) {
      if (!this.done.has(value)) this.done.set(value, this.substitute(value) ?? outputs[at]!);
    }
  }

  private remade(node: Node, inputs: readonly (Value | null)[], attributes: Attributes): readonly NodeValue[] {
    return remade(node, inputs, attributes, { sameTypes: this.sameTypes, isConditional: this.conditional.has(node) });
  }

  /** The values of a branch in place of its If: the other branch may not even fit these sizes. */
  private branch(branch: Graph): readonly Value[] {
    const outputs = [...branch.outputs.values()];
    this.build(outputs);
    return outputs.map((value) => this.result(value));
  }

  private attributes(node: Node, inputs: readonly (Value | null)[]): Attributes {
    let changed = false;
    const attributes = Object.assign(Object.create(null), node.attributes) as Record<string, Attribute>;
    for (const [name, attribute] of Object.entries(node.attributes)) {
      if (attribute.type !== 'graph') continue;
      const value = this.body(node, attribute.value, inputs);
      if (value === attribute.value) continue;
      attributes[name] = { type: 'graph', value };
      changed = true;
    }
    return changed ? attributes : node.attributes;
  }

  private body(node: Node, body: Graph, inputs: readonly (Value | null)[]): Graph {
    for (const [at, value] of body.inputs.entries()) {
      if (!this.done.has(value)) this.done.set(value, this.substitute(value) ?? retyped(value, node, inputs, at));
    }
    this.build([...body.outputs.values()]);
    const bodyInputs = body.inputs.map((value) => this.result(value));
    const outputs = new Map([...body.outputs].map(([name, value]) => [name, this.result(value)]));
    const isSame =
      bodyInputs.every((value, at) => value === body.inputs[at]) &&
      [...body.outputs].every(([name, value]) => outputs.get(name) === value);
    return isSame ? body : { inputs: bodyInputs.filter((value) => value.kind === 'input'), outputs };
  }
}

function isIf({ op, domain }: Node): boolean {
  return op === 'If' && domain === '';
}

/** The branch that is computed, where that is known. */
function chosenBranch({ attributes }: Node, condition: Value | null | undefined): Graph | undefined {
  if (!condition || !isTyped(condition)) return undefined;
  const [chosen] = propagatedNumbers(condition) ?? [];
  if (typeof chosen !== 'number') return undefined;
  const branch = attributes[chosen === 0 ? 'else_branch' : 'then_branch'];
  return branch?.type === 'graph' ? branch.value : undefined;
}

/** Those of the nodes that values need only through branches of Ifs. */
function conditionalNodes(nodes: readonly Node[], values: Iterable<Value>): readonly Node[] {
  if (!nodes.some(isIf)) return [];
  const needed = new Set<Node>();
  const need = (of: Iterable<Value | null>) => {
    for (const value of of) if (value?.kind === 'node') needed.add(value.node);
  };
  need(values);
  for (const node of nodes.toReversed()) if (needed.has(node)) need(isIf(node) ? node.inputs : dependenciesOf(node));
  return nodes.filter((node) => !needed.has(node));
}

function remade(
  node: Node,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  { sameTypes, isConditional }: { readonly sameTypes: boolean; readonly isConditional: boolean },
): readonly NodeValue[] {
  const { op, domain, outputs, origin, opset, module } = node;
  const names = outputs.map(({ name = '' }) => name);
  const request = { op, domain, inputs, attributes, outputs: outputs.length, origin, names, opset, module };
  // Operators of other domains have no inference rule, and keep their types, as do those that are only kept.
  if (sameTypes || opset !== undefined || inferenceRuleOf(op, domain) === undefined) {
    return makeNode(
      request,
      outputs.map((value) => unknownTypeOf(value) ?? value),
    );
  }
  return makeFileNode(request, outputs.map(declaredAs), isConditional);
}

/** The type that the file declares for what cannot be inferred; sizes with names may have others now. */
function declaredAs(value: NodeValue): DeclaredType {
  const unknown = unknownTypeOf(value);
  if (unknown) return unknown;
  const { dtype, shape } = value;
  return { dtype, shape: shape.map((dim) => (typeof dim === 'number' ? dim : unknownDim())) };
}

/** A body's input, with the new type of the input of its Loop or Scan. */
function retyped(value: InputValue, node: Node, inputs: readonly (Value | null)[], at: number): InputValue {
  const [before, now] = [node.inputs[at], inputs[at]];
  if (!before || !now || before === now || ![before, now, value].every(isTyped)) return value;
  const [old, shape] = [elementShape(before, node, at), elementShape(now, node, at)];
  if (old.length !== value.shape.length) return value;
  const dims = value.shape.map((dim, axis) => (dim === old[axis] ? shape[axis]! : dim));
  const isSame = now.dtype === value.dtype && dims.every((dim, axis) => dim === value.shape[axis]);
  return isSame ? value : input(value.name, now.dtype, dims);
}

/** The shape that a body sees of an input: a Scan slices its last inputs along an axis. */
function elementShape({ shape }: Value, node: Node, at: number): Shape {
  if (node.op !== 'Scan') return shape;
  const { num_scan_inputs: count, scan_input_axes: axes } = node.attributes;
  const element = at - node.inputs.length + (count?.type === 'int' ? count.value : 0);
  if (element < 0) return shape;
  const axis = (axes?.type === 'ints' && axes.value[element]) || 0;
  return shape.toSpliced(axis < 0 ? axis + shape.length : axis, 1);
}
