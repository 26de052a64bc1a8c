import { invalidModel, type OnnxError } from '../errors/onnx-error.js';
import { describeNode } from '../graph/infer/draft.js';
import type { Node } from '../graph/ir/graph.js';

/** For a use of an operator that its expansion does not cover. `cause` completes "… has no gradient:". */
export function cannotExpand(node: Node, cause: string, hint: string): OnnxError {
  return invalidModel(`${describeNode(node.op, node.origin)} has no gradient: ${cause}.`, node.origin ?? node.op, hint);
}
