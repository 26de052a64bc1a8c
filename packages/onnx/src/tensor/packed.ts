/** Types of 4 bits, of which two share a byte. */
export type PackedDType = 'int4' | 'uint4';

export function isPacked(dtype: string): dtype is PackedDType {
  return dtype === 'int4' || dtype === 'uint4';
}

/** Whole numbers of 4 bits, two to a byte, the first in the low half (ONNX's IR.md, "Packed 4-bit types"). */
export function packed(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 2));
  for (let at = 0; at < values.length; at++) bytes[at >> 1]! |= (values[at]! & 15) << (4 * (at & 1));
  return bytes;
}

export function unpacked(bytes: Uint8Array, count: number, dtype: PackedDType): Int8Array | Uint8Array {
  const values = dtype === 'int4' ? new Int8Array(count) : new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const bits = (bytes[at >> 1]! >> (4 * (at & 1))) & 15;
    values[at] = dtype === 'int4' && bits > 7 ? bits - 16 : bits;
  }
  return values;
}
