import { OnnxError } from '../../errors/onnx-error.js';
import { describeNode } from '../../graph/infer/draft.js';
import type { Node } from '../../graph/ir/graph.js';

/** How many nodes of a way are named at each of its ends. */
const shown = 4;

/** @param reachedFrom by node, the node nearer to the loss from which the walk came to it. */
export function noRule(node: Node, reachedFrom: ReadonlyMap<Node, Node | undefined>): OnnxError {
  const way: string[] = [];
  for (let at: Node | undefined = node; at; at = reachedFrom.get(at)) way.unshift(describeNode(at.op, at.origin));
  const name = describeNode(node.domain === '' ? node.op : `${node.domain}.${node.op}`, node.origin);
  return new OnnxError(
    'MODEL_INVALID',
    `${name} has no gradient rule, and lies on the way from the loss: ${path(way)}.`,
    {
      about: node.origin ?? node.op,
      hint: 'Build it of operators that have one, freeze what comes before it, or put stopGradient there.',
    },
  );
}

function path(way: readonly string[]): string {
  const steps = way.length <= 2 * shown ? way : [...way.slice(0, shown), '…', ...way.slice(-shown)];
  return ['loss', ...steps].join(' ← ');
}

/** For a node whose operator has a rule, but not for what this one does. `cause`: the end of a sentence. */
export function cannotDifferentiate(node: Node, cause: string, hint: string): OnnxError {
  const name = describeNode(node.op, node.origin);
  return new OnnxError('MODEL_INVALID', `${name} has no gradient: ${cause}.`, { about: node.origin ?? node.op, hint });
}
