import type { Node, Value } from '../../graph/ir/graph.js';

/** A gradient, or null where there is none: not asked for, or zero everywhere. */
export type Gradient = Value | null;

/** Gradients of `wrt`, given those of the keys of `seeds`; null where none of them depends on it. */
export type Pullback = (seeds: ReadonlyMap<Value, Value>, wrt: readonly Value[]) => Gradient[];

export interface RuleContext {
  /**
   * By operand (see `operandsOf`), whether its gradient is of use. A rule may give the others too: what nothing reads
   * is not part of the model.
   */
  readonly wanted: readonly boolean[];
  /** The reverse walk itself, for operators that hold a graph. */
  readonly pullback: Pullback;
}

/**
 * Given the gradients of a node's outputs, of which at least one is not null, the gradients of its operands. One
 * may have a shape that its operand broadcasts to: the walk sums it. Made of `ops` builders alone, so that it can be
 * differentiated in turn.
 */
export type GradientRule = (
  node: Node,
  outputGradients: readonly Gradient[],
  context: RuleContext,
) => readonly Gradient[];
export type GradientRules = Readonly<Record<string, GradientRule>>;

/** The rule of an operator with one input and one output: `of(gradient, x, y, node)`. */
export function unary(of: (gradient: Value, x: Value, y: Value, node: Node) => Value): GradientRule {
  return (node, [gradient]) => [gradient ? of(gradient, inputOf(node, 0), node.outputs[0]!, node) : null];
}

/** An inputOf that the operator cannot be without. */
export function inputOf(node: Node, index: number): Value {
  return node.inputs[index]!;
}
