/**
 * What an operand is by its place at a node. `other`: multiplied with or added to activations, which constants are, too;
 * `data`: the place of activations. `norm scale` and `norm bias` are operands of a norm operator, which exporters also
 * write for norms that have none.
 */
export type Claim =
  | 'weight'
  | 'embedding'
  | 'scale'
  | 'norm scale'
  | 'bias'
  | 'norm bias'
  | 'statistics'
  | 'slope'
  | 'other'
  | 'data';

type Places = Readonly<Record<number, Claim>>;

const norm: Places = { 1: 'norm scale', 2: 'norm bias' };
const convolution: Places = { 0: 'data', 1: 'weight', 2: 'bias' };
const recurrent: Places = { 0: 'data', 1: 'weight', 2: 'weight', 3: 'bias', 5: 'other', 6: 'other', 7: 'weight' };

/** Operators whose operands have fixed places, by domain and name; elsewhere the whole graph decides. */
const placesOf: Readonly<Record<string, Places>> = {
  Conv: convolution,
  ConvTranspose: convolution,
  DeformConv: { 0: 'data', 1: 'weight', 3: 'bias' },
  Gemm: { 0: 'weight', 1: 'weight', 2: 'bias' },
  MatMul: { 0: 'weight', 1: 'weight' },
  Einsum: { 0: 'weight', 1: 'weight', 2: 'weight', 3: 'weight' },
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  BatchNormalization: { ...norm, 3: 'statistics', 4: 'statistics' },
  InstanceNormalization: norm,
  LayerNormalization: norm,
  GroupNormalization: norm,
  RMSNormalization: norm,
  SimplifiedLayerNormalization: norm,
  PRelu: { 1: 'slope' },
  Attention: { 0: 'other', 1: 'other', 2: 'other' },
  Concat: { 0: 'other', 1: 'other', 2: 'other', 3: 'other' },
  Where: { 1: 'other', 2: 'other' },
  Sum: { 0: 'other', 1: 'other', 2: 'other', 3: 'other' },
  ScatterND: { 0: 'other', 2: 'other' },
  ScatterElements: { 0: 'other', 2: 'other' },
  'com.microsoft.Attention': { 1: 'weight', 2: 'bias' },
  'com.microsoft.BiasAdd': { 1: 'bias' },
  'com.microsoft.BiasGelu': { 1: 'bias' },
  'com.microsoft.BiasSplitGelu': { 1: 'bias' },
  'com.microsoft.DynamicQuantizeMatMul': { 4: 'bias' },
  'com.microsoft.EmbedLayerNormalization': { 2: 'embedding', 3: 'embedding', 4: 'embedding', 5: 'scale', 6: 'bias' },
  'com.microsoft.FastGelu': { 1: 'bias' },
  'com.microsoft.FusedConv': convolution,
  'com.microsoft.FusedGemm': { 0: 'weight', 1: 'weight', 2: 'bias' },
  'com.microsoft.FusedMatMul': { 0: 'weight', 1: 'weight' },
  'com.microsoft.GemmFastGelu': { 1: 'weight', 2: 'bias' },
  'com.microsoft.GroupNorm': norm,
  'com.microsoft.MatMulIntegerToFloat': { 6: 'bias' },
  'com.microsoft.MatMulNBits': { 5: 'bias' },
  'com.microsoft.MultiHeadAttention': { 3: 'bias' },
  'com.microsoft.NhwcConv': convolution,
  'com.microsoft.SimplifiedLayerNormalization': norm,
  'com.microsoft.SkipGroupNorm': norm,
  'com.microsoft.SkipLayerNormalization': { 2: 'scale', 3: 'bias', 4: 'bias' },
  'com.microsoft.SkipSimplifiedLayerNormalization': { 2: 'scale', 3: 'bias' },
};

/** The claim of a node's operand by its place alone. */
export function claimByPlace(op: string, domain: string, at: number): Claim | undefined {
  const name = domain === '' ? op : `${domain}.${op}`;
  return Object.hasOwn(placesOf, name) ? placesOf[name]![at] : undefined;
}

/** Products of activations with a weight. */
export const linear: ReadonlySet<string> = new Set([
  'MatMul',
  'Gemm',
  'Conv',
  'ConvTranspose',
  'Einsum',
  'FusedMatMul',
  'FusedConv',
  'FusedGemm',
  'MatMulNBits',
]);

export const norms: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'InstanceNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'RMSNormalization',
  'SimplifiedLayerNormalization',
  'LpNormalization',
  'MeanVarianceNormalization',
]);

/** Operators whose first input goes to their output unchanged, but for its layout, extent or type. */
export const views: ReadonlySet<string> = new Set([
  'Cast',
  'CastLike',
  'Clip',
  'DequantizeLinear',
  'Dropout',
  'Expand',
  'Flatten',
  'Identity',
  'Pad',
  'QuantizeLinear',
  'Reshape',
  'Slice',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Trilu',
  'Unsqueeze',
]);

/** Look-ups: the first input by indices in the second. */
export const lookups: ReadonlySet<string> = new Set(['Gather', 'GatherElements', 'GatherND']);

/** Arithmetic by which exporters compute a weight from others, as in weight norm. */
export const elementwise: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** Functions of a learned tensor that make another one. */
export const functions =
  /^(Abs|Elu|Erf|Exp|Gelu|HardSigmoid|LeakyRelu|Log|Mish|Neg|Reciprocal|Reduce\w+|Relu|Sigmoid|Sign|Softmax|Softplus|Softsign|Swish|Tanh|LpNormalization)$/;
