import type { Node, NodeValue, Value } from '../graph/ir/graph.js';
import { dtypeOf } from '../graph/ir/unknown-type.js';
import { walk } from '../graph/ir/walk.js';
import { add } from '../ops/elementwise.js';
import type { DType } from '../tensor/tensor.js';
import { missingRule } from './adjoints/no-gradient.js';
import { operandsOf } from './adjoints/operands.js';
import { QuantizedValues } from './adjoints/quantized-values.js';
import { withRestoredWeights } from './adjoints/restored-weights.js';
import type { Gradient, Pullback } from './adjoints/rule.js';
import { safeSoftmaxOf } from './adjoints/safe-softmax.js';
import { unbroadcast } from './adjoints/unbroadcast.js';
import { type CustomRules, gradientRuleOf, stopsAt } from './gradient-rules.js';
import type { RecomputedSegments } from './recompute/recomputed-segments.js';
import { stopsGradient } from './stop-gradient.js';

/** A value of unknown type, such as a sequence, may hold such numbers too. */
const differentiable: ReadonlySet<DType | undefined> = new Set([
  ...(['float64', 'float32', 'float16', 'bfloat16'] as const),
  undefined,
]);

export interface BackpropagateOptions {
  readonly independent?: boolean;
  readonly rules?: CustomRules | undefined;
  readonly recomputed?: RecomputedSegments | undefined;
}

/**
 * Reverse-mode differentiation: from the seeds back to `wrt`, each node once, after all that uses it.
 * @param independent treats the values of `wrt` as independent: none gets a share of a gradient that reaches another
 * through it.
 * @param rules custom rules, by operator
 * @param recomputed nodes to compute again, so that their results need not be stored
 * @throws OnnxError MODEL_INVALID where an operator on the path has no rule: names the node and the path to it.
 */
export function backpropagate(
  seeds: ReadonlyMap<Value, Value>,
  wrt: readonly Value[],
  { independent = false, rules, recomputed }: BackpropagateOptions = {},
): Gradient[] {
  // For rules that walk a body, whose inputs and captured values are independent of each other.
  const pullback: Pullback = (seeds, wrt) => backpropagate(seeds, wrt, { independent: true, rules });
  const leaves = new Set(wrt);
  const { nodes } = walk(seeds.keys(), (value) => independent && leaves.has(value));
  const active = new Set<Node>();
  const quantized = new QuantizedValues();
  const isActive = (value: Value | null): boolean =>
    value !== null &&
    (differentiable.has(dtypeOf(value)) || quantized.has(value)) &&
    (leaves.has(value) || (value.kind === 'node' && active.has(value.node)));
  for (const node of nodes) {
    if (stopsAt(node, rules) || stopsGradient(node) || !operandsOf(node).some(isActive)) continue;
    active.add(node);
    quantized.addOutputs(node);
  }

  const terms = new Map<Value, Value[]>();
  /** The node that each node's gradient first came from: the path back to the loss. */
  const reachedFrom = new Map<Node, Node | undefined>();
  const accumulate = (value: Value, gradient: Value, from: Node | undefined): void => {
    const before = terms.get(value);
    if (before) before.push(gradient);
    else terms.set(value, [gradient]);
    if (value.kind === 'node' && !reachedFrom.has(value.node)) reachedFrom.set(value.node, from);
  };
  const accumulated = (value: Value): Gradient => {
    const found = terms.get(value);
    if (!found) return null;
    const sum = sumOf(found);
    terms.set(value, [sum]);
    return sum;
  };

  /** The safe output of a softmax: its rule sees it in place of the softmax's own. */
  const safe = new Map<Node, NodeValue>();
  const safeSoftmax = (node: Node): Value | undefined => {
    const inner = safeSoftmaxOf(node);
    if (inner === undefined || leaves.has(inner) || seeds.has(inner)) return undefined;
    return nodes.filter(({ inputs }) => inputs.includes(inner)).length === 2 ? inner : undefined;
  };

  for (const [value, seed] of seeds) if (isActive(value)) accumulate(value, seed, undefined);
  recomputed?.start(nodes);
  for (const node of nodes.toReversed()) {
    if (!active.has(node)) continue;
    const gradients = node.outputs.map((output) => (independent && leaves.has(output) ? null : accumulated(output)));
    if (gradients.every((gradient) => gradient === null)) continue;
    const rule = gradientRuleOf(node, rules);
    if (!rule) throw missingRule(node, reachedFrom, leavesBefore(node, leaves));
    quantized.check(node);
    const operands = operandsOf(node);
    const copied = recomputed?.copyOf(node, gradients) ?? node;
    const inner = safeSoftmax(node);
    if (inner?.kind === 'node') {
      safe.set(inner.node, copied.outputs[0]!);
      accumulate(inner, gradients[0]!, node);
      continue;
    }
    const output = safe.get(node);
    const copy = output === undefined ? copied : { ...copied, outputs: [output] };
    const known = gradients.find((gradient) => gradient !== null)!;
    const shown = withRestoredWeights(copy, known, (operand) => !isActive(operand));
    const results = rule(shown, gradients, { wanted: operands.map(isActive), pullback });
    const shownOperands = shown === node ? operands : operandsOf(shown);
    for (const [at, operand] of operands.entries()) {
      const result = results[at];
      if (!operand || !result || !isActive(operand)) continue;
      const gradient = unbroadcast(result, shownOperands[at]!);
      accumulate(operand, gradient, node);
      if (leaves.has(operand)) recomputed?.await(gradient);
    }
  }
  return wrt.map(accumulated);
}

/** Those of the leaves that a node depends on. */
function leavesBefore(node: Node, leaves: ReadonlySet<Value>): readonly Value[] {
  const before = new Set<Value>();
  for (const value of node.inputs) if (value && leaves.has(value)) before.add(value);
  const { nodes } = walk(node.inputs.filter((value) => value !== null));
  for (const { inputs } of nodes) for (const value of inputs) if (value && leaves.has(value)) before.add(value);
  return [...leaves].filter((value) => before.has(value));
}

/** Pairwise, so that rounding grows with the logarithm of the number of terms. */
function sumOf(terms: readonly Value[]): Value {
  if (terms.length === 1) return terms[0]!;
  const half = terms.length >> 1;
  return add(sumOf(terms.slice(0, half)), sumOf(terms.slice(half)));
}
