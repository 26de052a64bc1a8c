import type { Node } from '../graph/ir/graph.js';

/**
 * From this output on, an operator's unused outputs are omitted, which saves work. Other operators keep all outputs,
 * used or not: their number can be significant.
 */
const optionalOutputsFrom: Readonly<Record<string, number>> = {
  Dropout: 1,
  GRU: 0,
  LSTM: 0,
  LayerNormalization: 1,
  MaxPool: 1,
  RNN: 0,
  SimplifiedLayerNormalization: 1,
  SoftmaxCrossEntropyLoss: 1,
  Unique: 1,
};

/** The same for ONNX Runtime's operators. */
const optionalMicrosoftOutputsFrom: Readonly<Record<string, number>> = {
  Attention: 1,
  EmbedLayerNormalization: 2,
  GroupQueryAttention: 3,
  MultiHeadAttention: 1,
  SkipLayerNormalization: 1,
  SkipSimplifiedLayerNormalization: 1,
};

export function optionalFromOf({ op, domain }: Pick<Node, 'op' | 'domain'>): number | undefined {
  const table = domain === '' ? optionalOutputsFrom : domain === 'com.microsoft' ? optionalMicrosoftOutputsFrom : {};
  return Object.hasOwn(table, op) ? table[op] : undefined;
}
