import type { Value } from '../../graph/ir/graph.js';
import { dependenciesOf, walk } from '../../graph/ir/walk.js';
import type { Gradient } from '../adjoints/rule.js';

/** The values that the forward pass of a loss computes, and its gradients read. */
export function savedValues(loss: Value, gradients: readonly Gradient[]): ReadonlySet<Value> {
  const forward = new Set(walk([loss]).nodes);
  const saved = new Set<Value>();
  for (const node of walk(gradients.filter((gradient) => gradient !== null)).nodes) {
    if (forward.has(node)) continue;
    for (const value of dependenciesOf(node)) if (value.kind === 'node' && forward.has(value.node)) saved.add(value);
  }
  return saved;
}
