import { toAttribute } from '../export/to-attribute.js';
import { toTensor } from '../export/to-tensor.js';
import { int } from '../graph/ir/attributes.js';
import { graphProto, nodeProto } from '../proto/codecs.js';
import type { NodeProto, TensorProto } from '../proto/messages.js';
import { toHalf } from '../tensor/half.js';
import { packed } from '../tensor/packed.js';
import { type AnyTensor, type DType, tensor } from '../tensor/tensor.js';
import type { BlockOptions, QuantizedMatrix } from './quantize-matrix.js';

/** How quantized weights are written: for ONNX Runtime's MatMulNBits, or for ONNX's DequantizeLinear ("QDQ"). */
export type WeightFormat = 'nbits' | 'qdq';

export interface QuantizedWeight extends BlockOptions {
  /** Of the tensor in the file. */
  readonly name: string;
  readonly k: number;
  readonly n: number;
  readonly transposed: boolean;
  readonly matrix: QuantizedMatrix;
}

/** The tensors that replace a weight, named as MatMulNBitsQuantizer names them. */
export function tensorsOf(weight: QuantizedWeight, format: WeightFormat): readonly TensorProto[] {
  const { codes, scales, zeros } = parts(weight, format);
  const names = namesOf(weight, format);
  const made = [toTensor(names.codes, codes), toTensor(names.scales, scales)];
  return weight.symmetric ? made : [...made, toTensor(names.zeros, zeros)];
}

function namesOf({ name, bits }: QuantizedWeight, format: WeightFormat) {
  const stem = format === 'nbits' ? name : `${name}_DQ`;
  return { codes: `${stem}_Q${bits}`, scales: `${stem}_scales`, zeros: `${stem}_zero_points` };
}

interface Parts {
  readonly codes: AnyTensor;
  readonly scales: AnyTensor;
  readonly zeros: AnyTensor;
}

function parts(weight: QuantizedWeight, format: WeightFormat): Parts {
  return format === 'nbits' ? forMatMulNBits(weight) : forDequantizeLinear(weight);
}

export function forMatMulNBits({ n, bits, block, half, matrix }: QuantizedWeight): Parts {
  const { blocks, codes, scales, zeros } = matrix;
  const bytes = bits === 4 ? packed(codes) : codes;
  return {
    codes: tensor(bytes, [n, blocks, (block * bits) / 8]),
    scales: floats(scales, [n, blocks], half),
    zeros: bits === 8 ? tensor(zeros, [n, blocks]) : tensor(packedRows(zeros, n, blocks), [n, Math.ceil(blocks / 2)]),
  };
}

/** Each row begins at a whole byte; half a byte that is left over is the middle of the range, as ONNX Runtime has it. */
function packedRows(values: Uint8Array, rows: number, columns: number): Uint8Array {
  const even = columns + (columns % 2);
  const wide = new Uint8Array(rows * even).fill(8);
  for (let row = 0; row < rows; row++) wide.set(values.subarray(row * columns, (row + 1) * columns), row * even);
  return packed(wide);
}

/** The weights keep their shape, and have scales along the dimension of k. */
function forDequantizeLinear(weight: QuantizedWeight): Parts {
  const { k, n, bits, block, symmetric, half, transposed, matrix } = weight;
  const { blocks, codes, scales, zeros } = matrix;
  const middle = 2 ** (bits - 1);
  const whole = new Uint8Array(k * n);
  for (let column = 0; column < n; column++) {
    for (let row = 0; row < k; row++) {
      const code = codes[column * blocks * block + row]!;
      whole[transposed ? column * k + row : row * n + column] = symmetric ? code - middle : code;
    }
  }
  const dtype = `${symmetric ? '' : 'u'}int${bits}` as DType;
  const values = symmetric ? new Int8Array(whole.buffer) : whole;
  // One block to a column: a scale for each index of the other dimension.
  const shape = blocks === 1 ? [n] : transposed ? [n, blocks] : [blocks, n];
  const turned = <T extends Float32Array | Uint8Array>(of: T): T => {
    if (transposed || blocks === 1) return of;
    const result = of.slice() as T;
    for (let at = 0; at < of.length; at++) result[(at % blocks) * n + Math.floor(at / blocks)] = of[at]!;
    return result;
  };
  return {
    codes: tensor(values, transposed ? [n, k] : [k, n], dtype),
    scales: floats(turned(scales), shape, half),
    zeros: tensor(turned(zeros), shape, dtype),
  };
}

function floats(values: Float32Array, shape: readonly number[], half: boolean): AnyTensor {
  return half ? tensor(Uint16Array.from(values, toHalf), shape, 'float16') : tensor(values, shape);
}

/** The nodes that compute what `node`, a MatMul or Gemm of the weight, did. */
export function nodesOf(node: NodeProto, weight: QuantizedWeight, format: WeightFormat): readonly NodeProto[] {
  return format === 'nbits' ? withMatMulNBits(node, weight) : withDequantizeLinear(node, weight);
}

function withMatMulNBits(node: NodeProto, weight: QuantizedWeight): readonly NodeProto[] {
  const { codes, scales, zeros } = namesOf(weight, 'nbits');
  const { k, n, bits, block } = weight;
  const bias = node.opType === 'Gemm' ? (node.input[2] ?? '') : '';
  const [result] = node.output as [string];
  const product = nodeProto.of({
    ...{ opType: 'MatMulNBits', domain: 'com.microsoft', name: node.name && `${node.name}_Q${bits}` },
    input: [node.input[0]!, codes, scales, ...(weight.symmetric ? [] : [zeros])],
    output: [bias === '' ? result : `${result}_before_bias`],
    attribute: integers('MatMulNBits', { K: k, N: n, bits, block_size: block }),
    // PyTorch's exporter writes there which module a node is from.
    metadataProps: node.metadataProps,
  });
  if (bias === '') return [product];
  const name = node.name && `${node.name}_bias`;
  return [product, nodeProto.of({ opType: 'Add', name, input: [product.output[0]!, bias], output: [result] })];
}

function withDequantizeLinear(node: NodeProto, weight: QuantizedWeight): readonly NodeProto[] {
  const { codes, scales, zeros } = namesOf(weight, 'qdq');
  const { bits, block, transposed, matrix } = weight;
  const output = `${codes}_output_${node.output[0]}`;
  const isWhole = matrix.blocks === 1;
  const axis = isWhole === transposed ? 0 : 1;
  const restored = nodeProto.of({
    ...{ opType: 'DequantizeLinear', name: node.name && `${node.name}_DQ_Q${bits}` },
    input: [codes, scales, ...(weight.symmetric ? [] : [zeros])],
    output: [output],
    attribute: integers('DequantizeLinear', isWhole ? { axis } : { axis, block_size: block }),
  });
  return [restored, { ...node, input: node.input.map((name, at) => (at === 1 ? output : name)) }];
}

function integers(op: string, values: Readonly<Record<string, number>>) {
  const owner = { op, domain: '', inputs: [], attributes: {}, outputs: [], origin: undefined };
  return Object.entries(values).map(([name, value]) => toAttribute(owner, name, int(value), () => graphProto.of({})));
}
