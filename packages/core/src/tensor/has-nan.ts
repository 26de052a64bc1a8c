import { type DType, elements } from './tensor-data.js';

/**
 * Whether a tensor contains NaN, which no later step can repair. Infinities are allowed: a mask of -Infinity is a usual
 * part of a model.
 * @param bytes whole elements
 */
export function hasNaN(dtype: DType, bytes: Uint8Array): boolean {
  const values = { shape: [], bytes };
  switch (dtype) {
    case 'float32':
    case 'float64': {
      const floats = elements({ dtype, ...values }) as Float32Array | Float64Array;
      return mayHaveNaN(floats) && floats.some(Number.isNaN);
    }
    case 'float16':
      return elements({ dtype, ...values }).some((bits) => (bits & 0x7fff) > 0x7c00);
    case 'bfloat16':
      return elements({ dtype, ...values }).some((bits) => (bits & 0x7fff) > 0x7f80);
    default:
      return false;
  }
}

/** A sum is NaN if any value is (or if infinities cancel): one addition per value, without a branch. */
function mayHaveNaN(values: Float32Array | Float64Array): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = values.length - (values.length % 4);
  for (let index = 0; index < whole; index += 4) {
    a += values[index]!;
    b += values[index + 1]!;
    c += values[index + 2]!;
    d += values[index + 3]!;
  }
  for (let index = whole; index < values.length; index++) a += values[index]!;
  return Number.isNaN(a + b + c + d);
}
