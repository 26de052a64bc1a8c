import { type TensorData, tensor } from '@forge-ml/core/plugin';
import { int, ints } from '@forge-ml/onnx/graph';
import type { NodeProto } from '@forge-ml/onnx/proto';
import { float32, type ModelParts, nodeOf } from '../model-file.test.support.js';

/** Codes of a weight, their scales and zero points. */
interface Weight {
  readonly codes: TensorData;
  readonly scale: TensorData;
  readonly zero: TensorData;
  /** What they stand for. */
  readonly real: TensorData;
}

/** How tools write a product of whole numbers. */
export interface Form {
  readonly dtype: 'int8' | 'uint8';
  readonly perChannel: boolean;
  readonly isConv?: boolean;
  /** The product of values named `x` and a weight named `w`, as `y`. */
  layer(x: string, w: string, y: string): readonly NodeProto[];
  /** Between a real input and the layers, and between the layers and a real output. */
  readonly isStatic?: boolean;
}

/** Whole numbers like random ones, whose extremes are those of the type, as quantization makes them. */
function weight(
  seed: number,
  [out, ...read]: readonly number[],
  { dtype, perChannel, isConv }: Form,
  outFirst: boolean,
): Weight {
  const columns = read.reduce((a, b) => a * b, 1);
  const count = out! * columns;
  const [low, high] = dtype === 'int8' ? [-127, 127] : [0, 255];
  const isFirst = outFirst || isConv === true;
  const channelOf = (at: number) => (isFirst ? Math.floor(at / columns) : at % out!);
  const scales = Float32Array.from({ length: perChannel ? out! : 1 }, (_, at) => 0.004 + 0.001 * at);
  const middle = dtype === 'int8' ? 0 : 117;
  const codes = Array.from({ length: count }, (_, at) => {
    if (at < 2 * out!) return at % 2 === 0 ? low : high;
    return Math.round(low + (high - low) * (0.5 + 0.5 * Math.sin((at + 1) ** 2 * seed)));
  });
  const shape = isFirst ? [out!, ...read] : [...read, out!];
  const bytes = (numbers: readonly number[]) => (dtype === 'int8' ? Int8Array : Uint8Array).from(numbers);
  const places = perChannel ? [out!] : [];
  return {
    codes: tensor(bytes(codes), shape),
    scale: tensor(scales, places),
    zero: tensor(bytes(Array.from(scales, () => middle)), places),
    real: tensor(
      Float32Array.from(codes, (code, at) => (code - middle) * scales[perChannel ? channelOf(at) : 0]!),
      shape,
    ),
  };
}

const microsoft = (node: NodeProto): NodeProto => ({ ...node, domain: 'com.microsoft' });

/** MatMulInteger or ConvInteger, as quantize_dynamic writes them. */
const dynamic =
  (op: string, attributes = {}): Form['layer'] =>
  (x, w, y) => [
    nodeOf(
      'DynamicQuantizeLinear',
      [x],
      [`${x} q`, `${x} s`, `${x} z`].map((name) => `${name} ${w}`),
    ),
    nodeOf('Mul', [`${x} s ${w}`, `${w}_scale`], [`${y} scales`]),
    nodeOf(op, [`${x} q ${w}`, `${w}_quantized`, `${x} z ${w}`, `${w}_zero_point`], [`${y} whole`], attributes),
    { ...nodeOf('Cast', [`${y} whole`], [`${y} cast`], { to: int(1) }) },
    nodeOf('Mul', [`${y} cast`, `${y} scales`], [y]),
  ];

const window = { kernel_shape: ints([3]), pads: ints([1, 1]) };

const rounded =
  (op: string, attributes = {}, bias = true): Form['layer'] =>
  (x, w, y) => {
    const weights = [`${w}_quantized`, `${w}_scale`, `${w}_zero_point`];
    const output = ['step', 'middle'];
    const inputs = [x, 'step', 'middle', ...weights];
    const node = nodeOf(
      op,
      op === 'QGemm' ? [...inputs, `${w}_bias`, ...output] : [...inputs, ...output, ...(bias ? [`${w}_bias`] : [])],
      [y],
      attributes,
    );
    return [op === 'QGemm' ? microsoft(node) : node];
  };

export const forms: Readonly<Record<string, Form>> = {
  'MatMulInteger, int8': { dtype: 'int8', perChannel: false, layer: dynamic('MatMulInteger') },
  'MatMulInteger, int8, a scale for each column': { dtype: 'int8', perChannel: true, layer: dynamic('MatMulInteger') },
  'MatMulInteger, uint8': { dtype: 'uint8', perChannel: false, layer: dynamic('MatMulInteger') },
  'MatMulInteger whose scales are multiplied one after the other': {
    ...{ dtype: 'int8', perChannel: true },
    layer: (x, w, y) => {
      const [quantize, , product, cast] = dynamic('MatMulInteger')(x, w, y);
      const first = nodeOf('Mul', [`${y} cast`, `${x} s ${w}`], [`${y} part`]);
      return [quantize!, product!, cast!, first, nodeOf('Mul', [`${w}_scale`, `${y} part`], [y])];
    },
  },
  ConvInteger: { dtype: 'uint8', perChannel: false, isConv: true, layer: dynamic('ConvInteger', window) },
  DynamicQuantizeMatMul: {
    ...{ dtype: 'int8', perChannel: true },
    layer: (x, w, y) => [
      microsoft(nodeOf('DynamicQuantizeMatMul', [x, `${w}_quantized`, `${w}_scale`, `${w}_zero_point`], [y])),
    ],
  },
  MatMulIntegerToFloat: {
    ...{ dtype: 'int8', perChannel: false },
    layer: (x, w, y) => {
      const [s, z] = [`${x} s ${w}`, `${x} z ${w}`];
      const inputs = [`${x} q ${w}`, `${w}_quantized`, s, `${w}_scale`, z, `${w}_zero_point`];
      return [
        nodeOf('DynamicQuantizeLinear', [x], [`${x} q ${w}`, s, z]),
        microsoft(nodeOf('MatMulIntegerToFloat', inputs, [y])),
      ];
    },
  },
  QLinearMatMul: { dtype: 'int8', perChannel: true, isStatic: true, layer: rounded('QLinearMatMul', {}, false) },
  QLinearConv: { dtype: 'int8', perChannel: true, isConv: true, isStatic: true, layer: rounded('QLinearConv', window) },
  QGemm: { dtype: 'int8', perChannel: false, isStatic: true, layer: rounded('QGemm', { transB: int(1) }) },
};

const outFirst = (name: string) => name === 'QGemm';

/** Two layers: of 8 features to 6 and 4, or of 3 channels to 4 and 2. @param features other numbers of features */
export function integerModel(name: string, features?: Features): ModelParts {
  const form = forms[name]!;
  const made = weightsOf(name, features);
  const initializers: Record<string, TensorData> = {};
  for (const [layer, { codes, scale, zero }] of Object.entries(made)) {
    Object.assign(initializers, {
      [`${layer}_quantized`]: codes,
      [`${layer}_scale`]: scale,
      [`${layer}_zero_point`]: zero,
    });
    if (form.isStatic && name !== 'QLinearMatMul') initializers[`${layer}_bias`] = biasOf(name, codes);
  }
  if (!form.isStatic) {
    const nodes = [...form.layer('x', 'up.weight', 'hidden'), ...form.layer('hidden', 'down.weight', 'y')];
    return { inputs: inputOf(form, features), initializers, nodes, outputs: ['y'] };
  }
  return {
    inputs: inputOf(form, features),
    initializers: { ...initializers, step: tensor(Float32Array.of(step), []), middle: tensor(Uint8Array.of(128), []) },
    nodes: [
      nodeOf('QuantizeLinear', ['x', 'step', 'middle'], ['x q']),
      ...form.layer('x q', 'up.weight', 'hidden'),
      ...form.layer('hidden', 'down.weight', 'y q'),
      nodeOf('DequantizeLinear', ['y q', 'step', 'middle'], ['y']),
    ],
    outputs: ['y'],
  };
}

/** The scale of the activations of static forms. */
export const step = 0.0625;

/** The same of real numbers. */
export function realModel(name: string): ModelParts {
  const form = forms[name]!;
  const made = weightsOf(name);
  const initializers: Record<string, TensorData> = {};
  const layer = (x: string, w: 'up.weight' | 'down.weight', y: string): NodeProto[] => {
    initializers[w] = made[w]!.real;
    const hasBias = form.isStatic && name !== 'QLinearMatMul';
    if (hasBias) initializers[`${w}_bias`] = realBias(name, made[w]!);
    const inputs = [x, w, ...(hasBias ? [`${w}_bias`] : [])];
    if (form.isConv) return [nodeOf('Conv', inputs, [y], window)];
    return [name === 'QGemm' ? nodeOf('Gemm', inputs, [y], { transB: int(1) }) : nodeOf('MatMul', inputs, [y])];
  };
  const nodes = [...layer('x', 'up.weight', 'hidden'), ...layer('hidden', 'down.weight', 'y')];
  return { inputs: inputOf(form), initializers, nodes, outputs: ['y'] };
}

/** Read by the first layer, and returned by both. */
type Features = readonly [number, number, number];

function inputOf({ isConv }: Form, [read]: Features = usual): ModelParts['inputs'] {
  return { x: isConv ? float32('batch', 3, 6) : float32('batch', read) };
}

const usual: Features = [8, 6, 4];

function weightsOf(
  name: string,
  [read, hidden, out]: Features = usual,
): Readonly<Record<'up.weight' | 'down.weight', Weight>> {
  const form = forms[name]!;
  const ofConv = [
    [4, 3, 3],
    [2, 4, 3],
  ];
  const sizes = form.isConv
    ? ofConv
    : [
        [hidden, read],
        [out, hidden],
      ];
  return {
    'up.weight': weight(1.3, sizes[0]!, form, outFirst(name)),
    'down.weight': weight(0.7, sizes[1]!, form, outFirst(name)),
  };
}

/** In units of both scales. */
function biasOf(name: string, { shape }: TensorData): TensorData {
  const out = outFirst(name) || forms[name]!.isConv ? shape[0]! : shape[1]!;
  return tensor(
    Int32Array.from({ length: out }, (_, at) => 400 * (at - 1)),
    [out],
  );
}

function realBias(name: string, { codes, scale }: Weight): TensorData {
  const bias = biasOf(name, codes);
  const whole = new Int32Array(bias.bytes.buffer, bias.bytes.byteOffset);
  const scales = new Float32Array(scale.bytes.buffer, scale.bytes.byteOffset);
  const real = Float32Array.from(whole, (value, at) => value * step * scales[scales.length === 1 ? 0 : at]!);
  return tensor(real, bias.shape);
}
