import { OnnxError } from '../../errors/onnx-error.js';
import { describeNode } from '../../graph/infer/draft.js';
import type { Node, Value } from '../../graph/ir/graph.js';

/** How many nodes an error names at each end of a long path. */
const shown = 4;

/**
 * @param reachedFrom for each node, the next node towards the loss.
 * @param wanted the values whose gradients go through the node.
 */
export function missingRule(
  node: Node,
  reachedFrom: ReadonlyMap<Node, Node | undefined>,
  wanted: readonly Value[],
): OnnxError {
  const nodes: string[] = [];
  for (let at: Node | undefined = node; at; at = reachedFrom.get(at)) nodes.unshift(describeNode(at.op, at.origin));
  const name = describeNode(node.domain === '' ? node.op : `${node.domain}.${node.op}`, node.origin);
  return new OnnxError(
    'MODEL_INVALID',
    `${name} has no gradient rule, and is on the path from the loss: ${shorten(nodes)}.`,
    {
      about: node.origin ?? node.op,
      hint: `${cut(node)}Use operators that have one, pass a rule (defineGradient), or train nothing before it. ${freeze(wanted)}`,
    },
  );
}

/** The advice for a node of a file whose inputs have names. */
function cut({ inputs }: Node): string {
  const names = inputs.flatMap((value) => (value?.kind === 'node' && value.name ? [JSON.stringify(value.name)] : []));
  return names.length === 0 ? '' : `Cut the model before it (outputs: ${names.join(' or ')}). `;
}

/** The advice to freeze what comes before a node. */
function freeze(wanted: readonly Value[]): string {
  const names = wanted.flatMap((value) => ('name' in value && value.name ? [`"${value.name}"`] : []));
  if (names.length === 0) return 'Insert stopGradient before it.';
  if (names.length > shown) return `Freeze ${names.slice(0, shown).join(', ')} and ${names.length - shown} more.`;
  const last = names.pop()!;
  return `Freeze ${names.length === 0 ? '' : `${names.join(', ')} and `}${last}.`;
}

function shorten(nodes: readonly string[]): string {
  const steps = nodes.length <= 2 * shown ? nodes : [...nodes.slice(0, shown), '…', ...nodes.slice(-shown)];
  return ['loss', ...steps].join(' ← ');
}

/**
 * For a node whose operator has a rule that does not cover this use. `cause` completes the sentence "… has no
 * gradient:".
 */
export function notDifferentiable(node: Node, cause: string, hint: string): OnnxError {
  const name = describeNode(node.op, node.origin);
  return new OnnxError('MODEL_INVALID', `${name} has no gradient: ${cause}.`, { about: node.origin ?? node.op, hint });
}
