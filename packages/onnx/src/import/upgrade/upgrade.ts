import type { Value } from '../../graph/ir/graph.js';
import type { NodeRequest } from '../../graph/make-node.js';
import { attributesToInputs } from './attributes-to-inputs.js';
import { changedMeaning } from './changed-meaning.js';
import type { Upgrade } from './upgrade-rule.js';

const rules: Readonly<Record<string, readonly Upgrade[]>> = { ...attributesToInputs, ...changedMeaning };

/** Whether an operator has changed since an older opset. */
export function isUpgraded(op: string): boolean {
  return Object.hasOwn(rules, op);
}

/** A node of an older opset as one of opset 21, or the values of nodes of opset 21 that replace it. */
export function upgraded(request: NodeRequest, opset: number): NodeRequest | readonly Value[] {
  const rule = Object.hasOwn(rules, request.op) ? rules[request.op] : undefined;
  // In order of opset: the first that applies upgrades the node to opset 21.
  return rule?.find(({ before }) => opset < before)?.change(request) ?? request;
}
