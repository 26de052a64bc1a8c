/**
 * What runs in half precision, as in PyTorch: `torch.amp`'s lists of operations
 * (https://docs.pytorch.org/docs/stable/amp.html#autocast-op-reference), by the operators of ONNX. An operator that is in
 * no list keeps the types that it has in the graph.
 */

/** Products, which gain from it. Their results are rounded once: engines add in float32. */
export const halfOperators: ReadonlySet<string> = new Set([
  ...['MatMul', 'Gemm', 'Einsum', 'Conv', 'ConvTranspose', 'LSTM', 'GRU', 'RNN', 'Attention'],
  ...['FusedMatMul', 'MultiHeadAttention', 'GroupQueryAttention'].map((op) => `com.microsoft.${op}`),
  'com.microsoft.Attention',
]);

/** Reductions, norms, losses and functions that leave the range of half precision. */
export const floatOperators: ReadonlySet<string> = new Set([
  ...['Exp', 'Log', 'Pow', 'Reciprocal', 'Softplus', 'Sinh', 'Cosh', 'Tan', 'Asin', 'Acos'],
  ...['Softmax', 'LogSoftmax', 'SoftmaxCrossEntropyLoss', 'NegativeLogLikelihoodLoss', 'CumSum'],
  ...['ReduceSum', 'ReduceMean', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare'],
  ...['ReduceLogSum', 'ReduceLogSumExp', 'GlobalAveragePool', 'AveragePool', 'GlobalLpPool', 'LpPool', 'LRN'],
  ...['BatchNormalization', 'LayerNormalization', 'GroupNormalization', 'InstanceNormalization'],
  ...['RMSNormalization', 'LpNormalization', 'MeanVarianceNormalization'],
  ...['SimplifiedLayerNormalization', 'SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'].map(
    (op) => `com.microsoft.${op}`,
  ),
]);

/**
 * Operators that compute in the type of their inputs: in half precision where all of these are, in float32 where they
 * differ. By the number of inputs that have this type, from the first one; Infinity for all of them.
 */
export const widestOperators: ReadonlyMap<string, number> = new Map([
  ...['Identity', 'Relu', 'LeakyRelu', 'Elu', 'Selu', 'Celu', 'ThresholdedRelu', 'Tanh', 'Sigmoid'].map(ofOne),
  ...['HardSigmoid', 'HardSwish', 'Gelu', 'Mish', 'Swish', 'Softsign', 'Erf', 'Neg', 'Abs', 'Dropout'].map(ofOne),
  ...['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'Tile', 'Split', 'Slice'].map(ofOne),
  ...['Gather', 'GatherElements', 'GatherND', 'DepthToSpace', 'SpaceToDepth', 'MaxPool'].map(ofOne),
  ...['com.microsoft.FastGelu', 'com.microsoft.BiasGelu', 'com.microsoft.Gelu', 'com.microsoft.QuickGelu'].map(ofAll),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Concat', 'Clip', 'PRelu', 'Where'].map(ofAll),
  ['Pad', 3],
]);

function ofOne(op: string): readonly [string, number] {
  return [op, 1];
}

function ofAll(op: string): readonly [string, number] {
  return [op, Number.POSITIVE_INFINITY];
}
