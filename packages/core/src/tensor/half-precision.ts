/**
 * float16 (IEEE 754 binary16) and bfloat16 as their 16 bits, as `elements` returns them. Rounded to nearest, ties to
 * even, as engines round; values out of range become infinite, NaN stays NaN.
 */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** @returns the bits of each number, rounded once, also from float64 */
export function toFloat16(numbers: ArrayLike<number>): Uint16Array {
  return Uint16Array.from({ length: numbers.length }, (_, index) => float16Bits(numbers[index]!));
}

export function fromFloat16(halves: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: halves.length }, (_, index) => float16Value(halves[index]!));
}

/** @returns the bits of each number, which is rounded to float32 first */
export function toBfloat16(numbers: ArrayLike<number>): Uint16Array {
  return Uint16Array.from({ length: numbers.length }, (_, index) => bfloat16Bits(numbers[index]!));
}

export function fromBfloat16(halves: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: halves.length }, (_, index) => {
    bits[0] = halves[index]! << 16;
    return float[0]!;
  });
}

function float16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  // Half a step above the largest finite value, 65504, rounds to infinity.
  if (size >= 65520) return sign | 0x7c00;
  // Subnormal: in steps of 2^-24. A carry into the exponent gives the smallest normal number.
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  let exponent = Math.floor(Math.log2(size));
  // The logarithm may be off by one next to a power of two.
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  return sign | (((exponent + 15) << 10) + roundToEven((size / 2 ** exponent - 1) * 1024));
}

function float16Value(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function bfloat16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  float[0] = value;
  const whole = bits[0]!;
  return ((whole + 0x7fff + ((whole >>> 16) & 1)) / 0x10000) & 0xffff;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
