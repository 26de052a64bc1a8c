import { tensorOf } from '../../../tensor/numbers.js';
import type { DType } from '../../../tensor/tensor.js';
import { int, ints } from '../../ir/attributes.js';
import type { Value } from '../../ir/graph.js';
import { constant } from '../../ir/values.js';
import { call, makeNode } from '../../make-node.js';
import type { Case, Cases } from './case.test.support.js';

/** A constant whose elements count through the type's range. */
export function whole(dtype: DType, shape: readonly number[]): Value {
  const count = shape.reduce((product, size) => product * size, 1);
  const from = dtype.startsWith('u') ? 0 : dtype === 'int4' ? -8 : -11;
  const range = dtype.endsWith('4') ? 16 : 23;
  return constant(
    tensorOf(
      Array.from({ length: count }, (_, at) => from + ((at * 5) % range)),
      dtype,
      shape,
    ),
  );
}

export function scales(...shape: readonly number[]): Value {
  const count = shape.reduce((product, size) => product * size, 1);
  return constant(
    tensorOf(
      Array.from({ length: count }, (_, at) => 0.1 + 0.03 * (at % 7)),
      'float32',
      shape,
    ),
  );
}

/** Activations as bytes, which carry a gradient. */
const bytes = (x: Value, dtype: DType = 'uint8') => call('QuantizeLinear', [x, scales(), whole(dtype, [])]);

const dequantized =
  (dtype: DType): Case =>
  (_, feeds) => [
    call('DequantizeLinear', [whole(dtype, [3, 7]), scales(), whole(dtype, [])]),
    call('DequantizeLinear', [whole(dtype, [3, 7]), scales(3), whole(dtype, [3])], { axis: int(0) }),
    call('DequantizeLinear', [whole(dtype, [3, 7]), scales(3, 2), whole(dtype, [3, 2])], {
      axis: int(1),
      block_size: int(4),
    }),
    feeds.float(1),
  ];

export const quantizedCases: Cases = {
  ...Object.fromEntries(
    (['int8', 'uint8', 'int4', 'uint4', 'int16', 'uint16'] as const).map((dtype) => [
      `DequantizeLinear of ${dtype}`,
      dequantized(dtype),
    ]),
  ),
  'DequantizeLinear of int32': (_, feeds) => [
    call('DequantizeLinear', [whole('int32', [5]), scales(5)], { axis: int(0) }),
    feeds.float(1),
  ],
  QuantizeLinear: ({ batch }, feeds) => {
    const x = feeds.float(batch, 6);
    return [
      bytes(x),
      bytes(x, 'int8'),
      call('QuantizeLinear', [x, scales(6), whole('int8', [6])], { axis: int(-1) }),
      call('QuantizeLinear', [x, scales()], { output_dtype: int(3) }),
      call('DequantizeLinear', [call('QuantizeLinear', [x, scales()], { output_dtype: int(22) }), scales()]),
    ];
  },
  DynamicQuantizeLinear: ({ batch }, feeds) =>
    makeNode({ op: 'DynamicQuantizeLinear', inputs: [feeds.float(batch, 4)] }),
  MatMulInteger: ({ batch, length }, feeds) =>
    call('MatMulInteger', [bytes(feeds.float(batch, length, 4)), whole('int8', [4, 3]), whole('uint8', [])]),
  ConvInteger: ({ batch, height, width }, feeds) =>
    call(
      'ConvInteger',
      [bytes(feeds.float(batch, 2, height, width)), whole('uint8', [3, 2, 3, 2]), whole('uint8', [])],
      {
        pads: ints([1, 0, 1, 0]),
      },
    ),
  QLinearMatMul: ({ batch }, feeds) => {
    const weights = [whole('int8', [4, 3]), scales(), whole('int8', [])];
    return call('QLinearMatMul', [
      ...[bytes(feeds.float(batch, 4)), scales(), whole('uint8', [])],
      ...weights,
      ...[scales(), whole('uint8', [])],
    ]);
  },
  QLinearConv: ({ batch, height, width }, feeds) => {
    const weights = [whole('int8', [3, 2, 3, 3]), scales(3), whole('int8', [3])];
    return call(
      'QLinearConv',
      [
        ...[bytes(feeds.float(batch, 2, height, width)), scales(), whole('uint8', [])],
        ...weights,
        ...[scales(), whole('uint8', []), whole('int32', [3])],
      ],
      { strides: ints([2, 2]) },
    );
  },
};

const quantization = () => [scales(), whole('uint8', [])];
const operand = (x: Value) => [bytes(x), ...quantization()];

const inBlocks = (bits: number) => ({
  ...{ K: int(40), N: int(6), bits: int(bits), block_size: int(16) },
});

const microsoft = (op: string, inputs: readonly (Value | null)[], attributes = {}) =>
  makeNode({ op, domain: 'com.microsoft', inputs, attributes, outputs: 1 })[0]!;

/** Operators of com.microsoft. */
export const microsoftQuantizedCases: Cases = {
  MatMulNBits: ({ batch, length }, feeds) => [
    microsoft('MatMulNBits', [feeds.float(batch, length, 40), whole('uint8', [6, 3, 8]), scales(6, 3)], inBlocks(4)),
    microsoft('MatMulNBits', [feeds.float(batch, 40), whole('uint8', [6, 3, 16]), scales(6, 3)], inBlocks(8)),
  ],
  'QuantizeLinear and DequantizeLinear': ({ batch }, feeds) => {
    const x = feeds.float(batch, 6);
    const y = microsoft('QuantizeLinear', [x, scales(), whole('uint16', [])]);
    return [microsoft('DequantizeLinear', [y, scales(), whole('uint16', [])])];
  },
  'QLinear operators': ({ batch, height, width }, feeds) => {
    const [x, y] = [operand(feeds.float(batch, 2, height, width)), operand(feeds.float(1, 2, height, width))];
    return [
      microsoft('QLinearAdd', [...x, ...y, ...quantization()]),
      microsoft('QLinearMul', [...x, ...y, ...quantization()]),
      microsoft('QLinearSigmoid', [...x, ...quantization()]),
      microsoft('QLinearLeakyRelu', [...x, ...quantization()], { alpha: { type: 'float', value: 0.1 } }),
      microsoft('QLinearSoftmax', [...x, ...quantization()], { axis: int(-1), opset: int(13) }),
      microsoft('QLinearGlobalAveragePool', [...x, ...quantization()]),
      microsoft('QLinearConcat', [...quantization(), ...x, ...x], { axis: int(1) }),
    ];
  },
  QGemm: ({ batch }, feeds) => {
    const weights = [whole('int8', [3, 6]), scales(), whole('int8', [])];
    const bias = whole('int32', [3]);
    return microsoft('QGemm', [...operand(feeds.float(batch, 6)), ...weights, bias, ...quantization()], {
      transB: int(1),
    });
  },
  DynamicQuantizeMatMul: ({ batch, length }, feeds) => {
    const weights = [whole('int8', [4, 3]), scales(3), whole('int8', [3])];
    return microsoft('DynamicQuantizeMatMul', [feeds.float(batch, length, 4), ...weights, scales(3)]);
  },
  MatMulIntegerToFloat: ({ batch }, feeds) => {
    const [x, scale, zero] = operand(feeds.float(batch, 4)) as [Value, Value, Value];
    const weights = whole('int8', [4, 3]);
    return [
      microsoft('MatMulIntegerToFloat', [x, weights, scale, scales(), zero, whole('int8', []), scales(3)]),
      microsoft('MatMulIntegerToFloat', [x, weights, scale, scales(3)]),
    ];
  },
  GatherBlockQuantized: ({ batch }, feeds) =>
    microsoft(
      'GatherBlockQuantized',
      [whole('uint4', [5, 32]), feeds.whole(batch, 2), scales(5, 2), whole('uint4', [5, 2])],
      {
        gather_axis: int(0),
        quantize_axis: int(1),
        block_size: int(16),
      },
    ),
};
