/**
 * From which output on an operator's outputs may be omitted, and save work when they are. Outputs of other
 * operators are all written, whether or not anything reads them: how many there are can be part of what they mean.
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
