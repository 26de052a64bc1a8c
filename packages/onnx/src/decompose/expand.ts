import type { Node, Value } from '../graph/ir/graph.js';
import { expandMicrosoftAttention, expandMultiHeadAttention } from './attention-microsoft.js';
import { expandAttention } from './attention-onnx.js';
import { expandFastGelu, expandFusedMatMul, expandGelu, expandQuickGelu } from './fused.js';
import { expandGridSample } from './grid-sample.js';
import { expandGroupQueryAttention } from './group-query-attention.js';
import { expandLpNormalization, expandLrn, expandMeanVarianceNormalization } from './normalization.js';
import { expandRecurrent } from './recurrent.js';
import { expandMicrosoftRotaryEmbedding, expandRotaryEmbedding } from './rotary.js';
import {
  expandEmbedLayerNormalization,
  expandSkipLayerNormalization,
  expandSkipSimplifiedLayerNormalization,
} from './skip-normalization.js';

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
  GridSample: expandGridSample,
  RotaryEmbedding: expandRotaryEmbedding,
  Attention: expandAttention,
};

/** Those of ONNX Runtime (com.microsoft). */
export const microsoftExpansions: Readonly<Record<string, Expansion>> = {
  FusedMatMul: expandFusedMatMul,
  Gelu: expandGelu,
  BiasGelu: expandGelu,
  FastGelu: expandFastGelu,
  QuickGelu: expandQuickGelu,
  SkipLayerNormalization: expandSkipLayerNormalization,
  SkipSimplifiedLayerNormalization: expandSkipSimplifiedLayerNormalization,
  EmbedLayerNormalization: expandEmbedLayerNormalization,
  Attention: expandMicrosoftAttention,
  MultiHeadAttention: expandMultiHeadAttention,
  GroupQueryAttention: expandGroupQueryAttention,
  RotaryEmbedding: expandMicrosoftRotaryEmbedding,
};

/**
 * The outputs of a node, computed by operators that have gradients, so that its forward and backward pass share what
 * they compute; undefined for a node that has a gradient rule of its own, or none.
 * @throws OnnxError MODEL_INVALID where the node uses a part of its operator that has no gradient.
 */
export function expandForGradients(node: Node): readonly Value[] | undefined {
  const table = node.domain === 'com.microsoft' ? microsoftExpansions : node.domain === '' ? standardExpansions : {};
  // A node that is only kept is in a form that its expansion may not know.
  if (node.opset !== undefined || !Object.hasOwn(table, node.op)) return undefined;
  return table[node.op]!(node);
}
