import type { Node, Value } from '../graph/ir/graph.js';
import { expandLpNormalization, expandLrn, expandMeanVarianceNormalization } from './normalization.js';
import { expandRecurrent } from './recurrent.js';

/** The outputs of a node, computed by operators that have gradients. */
export type Expansion = (node: Node) => readonly Value[];

const recurrent: Expansion = (node) => expandRecurrent(node)!;

/** ONNX's own operators that are differentiated through simpler ones. */
export const standardExpansions: Readonly<Record<string, Expansion>> = {
  GRU: recurrent,
  LSTM: recurrent,
  RNN: recurrent,
  LRN: expandLrn,
  LpNormalization: expandLpNormalization,
  MeanVarianceNormalization: expandMeanVarianceNormalization,
};

/** Those of ONNX Runtime (com.microsoft). */
export const microsoftExpansions: Readonly<Record<string, Expansion>> = {};

/**
 * The outputs of a node, computed by operators that have gradients, so that its forward and backward pass share what
 * they compute; undefined for a node that has a gradient rule of its own, or none.
 * @throws OnnxError MODEL_INVALID where the node uses a part of its operator that has no gradient.
 */
export function expandForGradients(node: Node): readonly Value[] | undefined {
  const table = node.domain === 'com.microsoft' ? microsoftExpansions : standardExpansions;
  if (node.domain !== '' && table === standardExpansions) return undefined;
  return Object.hasOwn(table, node.op) ? table[node.op]!(node) : undefined;
}
