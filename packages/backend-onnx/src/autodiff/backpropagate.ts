import type { DType } from '@forge-ml/core/plugin';
import type { Node, Value } from '../graph/graph.js';
import { walk } from '../graph/walk.js';
import { add } from '../ops/elementwise.js';
import { noRule } from './no-rule.js';
import { operandsOf } from './operands.js';
import type { Gradient, Pullback } from './rule.js';
import { isNotDifferentiable, ruleOf } from './rules/table.js';
import { stopsGradient } from './stop-gradient.js';

const differentiable: ReadonlySet<DType> = new Set(['float64', 'float32', 'float16', 'bfloat16']);

/**
 * Reverse-mode differentiation: from the seeds back to `wrt`, each node once, after all that uses it.
 * @param independent whether what `wrt` is computed from is left alone: then a value of `wrt` gets no share of what
 * reaches another through it.
 * @throws ForgeError MODEL_INVALID where an operator on the way has no rule: names the node and the way to it.
 */
export function backpropagate(
  seeds: ReadonlyMap<Value, Value>,
  wrt: readonly Value[],
  { independent = false } = {},
): Gradient[] {
  const leaves = new Set(wrt);
  const { nodes } = walk(seeds.keys(), (value) => independent && leaves.has(value));
  const active = new Set<Node>();
  const isActive = (value: Value | null): boolean =>
    value !== null &&
    differentiable.has(value.dtype) &&
    (leaves.has(value) || (value.kind === 'node' && active.has(value.node)));
  for (const node of nodes) {
    if (!isNotDifferentiable(node) && !stopsGradient(node) && operandsOf(node).some(isActive)) active.add(node);
  }

  const terms = new Map<Value, Value[]>();
  /** From which node a node's gradient first came: the way back to the loss. */
  const reachedFrom = new Map<Node, Node | undefined>();
  const give = (value: Value, gradient: Value, from: Node | undefined): void => {
    const before = terms.get(value);
    if (before) before.push(gradient);
    else terms.set(value, [gradient]);
    if (value.kind === 'node' && !reachedFrom.has(value.node)) reachedFrom.set(value.node, from);
  };
  const take = (value: Value): Gradient => {
    const found = terms.get(value);
    if (!found) return null;
    const sum = sumOf(found);
    terms.set(value, [sum]);
    return sum;
  };

  for (const [value, seed] of seeds) if (isActive(value)) give(value, seed, undefined);
  for (const node of nodes.toReversed()) {
    if (!active.has(node)) continue;
    const gradients = node.outputs.map((output) => (independent && leaves.has(output) ? null : take(output)));
    if (gradients.every((gradient) => gradient === null)) continue;
    const rule = ruleOf(node);
    if (!rule) throw noRule(node, reachedFrom);
    const operands = operandsOf(node);
    const results = rule(node, gradients, { wanted: operands.map(isActive), pullback });
    for (const [at, operand] of operands.entries()) {
      const gradient = results[at];
      if (operand && gradient && isActive(operand)) give(operand, gradient, node);
    }
  }
  return wrt.map(take);
}

/** What rules get: the walk over a body, whose inputs and captured values are independent of each other. */
const pullback: Pullback = (seeds, wrt) => backpropagate(seeds, wrt, { independent: true });

/** Pairwise, so that rounding grows with the logarithm of the number of terms. */
function sumOf(terms: readonly Value[]): Value {
  if (terms.length === 1) return terms[0]!;
  const half = terms.length >> 1;
  return add(sumOf(terms.slice(0, half)), sumOf(terms.slice(half)));
}
