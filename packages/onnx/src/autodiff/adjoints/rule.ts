import type { Node, Value } from '../../graph/ir/graph.js';

/** A gradient; null if it was not requested, or is zero everywhere. */
export type Gradient = Value | null;

/** Gradients of `wrt`, given those of the keys of `seeds`; null where none of them depends on it. */
export type Pullback = (seeds: ReadonlyMap<Value, Value>, wrt: readonly Value[]) => Gradient[];

export interface RuleContext {
  /**
   * By operand (see `operandsOf`), whether its gradient is needed. A rule may return the others too: unused values do
   * not become part of the model.
   */
  readonly wanted: readonly boolean[];
  /** The reverse walk itself, for operators that contain a graph. */
  readonly pullback: Pullback;
}

/**
 * Returns the gradients of a node's operands, given those of its outputs, of which at least one is not null. A gradient
 * may have a shape that its operand broadcasts to: the walk sums it. A rule uses `ops` builders only, so that its
 * result can be differentiated in turn.
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

/** An input that the operator requires. */
export function inputOf(node: Node, index: number): Value {
  return node.inputs[index]!;
}
