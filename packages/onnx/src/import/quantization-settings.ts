/**
 * The floating inputs of quantized operators that are scales and zero points: they belong to the whole numbers, which
 * are not trained.
 */
export const quantizationSettings: Readonly<Record<string, readonly number[]>> = {
  DequantizeLinear: [1, 2],
  QuantizeLinear: [1, 2],
  QLinearConv: [1, 4, 6],
  QLinearMatMul: [1, 4, 6],
  MatMulNBits: [2, 3],
  GatherBlockQuantized: [2, 3],
};
