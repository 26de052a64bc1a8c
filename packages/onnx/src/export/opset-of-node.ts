import { OnnxError } from '../errors/onnx-error.js';
import { describeNode } from '../graph/infer/draft.js';
import type { Node } from '../graph/ir/graph.js';
import { introducedIn, newestListed, versionAt } from '../proto/operator-versions.js';

/** Operators of which the forms of older opsets mean something else, or are invalid, from this opset on. */
const changedFrom: Readonly<Record<string, number>> = { DFT: 20, RoiAlign: 16, Scan: 9, Upsample: 10 };

/** The oldest opset that a node of ONNX's own can be written in, given that other nodes are in the form of opset 21. */
export function opsetFor({ op, opset, inputs }: Node): number {
  // Its lengths, the seventh input, came with opset 24.
  if (op === 'Attention' && inputs.length > 6) return 24;
  if (opset === undefined) return introducedIn(op) ?? 1;
  return opset > newestListed ? opset : (versionAt(op, opset) ?? opset);
}

/** @throws OnnxError MODEL_INVALID for a node that is kept in an old form, which an opset does not have. */
export function checkForm({ op, domain, origin, opset }: Node, written: number): void {
  const changed = domain === '' && Object.hasOwn(changedFrom, op) ? changedFrom[op]! : undefined;
  if (opset === undefined || changed === undefined || opset >= changed || written < changed) return;
  const problem = `${describeNode(op, origin)} is in the form of opset ${opset}, and cannot be written in opset ${written}`;
  throw new OnnxError('MODEL_INVALID', `${problem}.`, {
    about: origin ?? op,
    hint: `Export the model that it is from with opset ${changed} or newer.`,
  });
}

/** The version of the file format that came with an opset. */
export function irVersionOf(opset: number): bigint {
  if (opset <= 14) return 7n;
  if (opset <= 18) return 8n;
  if (opset <= 20) return 9n;
  if (opset <= 22) return 10n;
  return BigInt(Math.min(opset - 12, opset <= 27 ? 13 : 14));
}
