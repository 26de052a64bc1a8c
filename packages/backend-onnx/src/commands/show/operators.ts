import { operatorSupport } from '@forge-ml/onnx';
import type { FlatNode } from './flat-nodes.js';
import type { ShownOperator } from './shown-model.js';

/** How often each operator is used, the most frequent first. */
export function countOperators(nodes: readonly FlatNode[]): ShownOperator[] {
  const found = new Map<string, ShownOperator>();
  for (const { op, domain } of nodes) {
    const key = JSON.stringify([domain, op]);
    const before = found.get(key) ?? { op, domain, count: 0, support: operatorSupport(op, domain) };
    found.set(key, { ...before, count: before.count + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
}
