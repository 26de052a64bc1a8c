/**
 * From this output on, an operator's unused outputs are omitted, which saves work. Other operators keep all outputs,
 * used or not: their number can be significant.
 */
export const optionalOutputsFrom: Readonly<Record<string, number>> = {
  Dropout: 1,
  GRU: 0,
  LSTM: 0,
  LayerNormalization: 1,
  MaxPool: 1,
  RNN: 0,
  SoftmaxCrossEntropyLoss: 1,
  Unique: 1,
};
