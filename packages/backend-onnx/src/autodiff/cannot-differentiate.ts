import { ForgeError } from '@forge-ml/core/plugin';
import type { Node } from '../graph/graph.js';
import { describeNode } from '../graph/inference/draft.js';

/** For a node whose operator has a rule, but not for what this one does. `cause`: the end of a sentence. */
export function cannotDifferentiate(node: Node, cause: string, hint: string): ForgeError {
  const name = describeNode(node.op, node.origin);
  return new ForgeError('MODEL_INVALID', `${name} has no gradient: ${cause}.`, { about: node.origin ?? node.op, hint });
}
