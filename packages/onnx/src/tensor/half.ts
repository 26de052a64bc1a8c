/** The 16 bits of a number as IEEE 754 binary16, rounded to nearest, ties to even. */
export function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  // 65520 is half-way between the largest half, 65504, and the next power of two.
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  const settled = 2 ** exponent > magnitude ? exponent - 1 : exponent;
  // A mantissa that rounds up to 2048 carries into the exponent by itself.
  return sign | (((settled + 15) << 10) + roundEven((magnitude / 2 ** settled - 1) * 1024));
}

/** The 16 bits of a number as bfloat16: the upper half of a float32, rounded to nearest, ties to even. */
export function toBfloat(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0]!;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}

export function fromBfloat(bits: number): number {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!;
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Half-precision numbers, by their bits, as float32, which has all of them exactly. */
export function widenHalves(bits: Uint16Array, dtype: 'float16' | 'bfloat16'): Float32Array {
  if (dtype === 'bfloat16') {
    const words = Uint32Array.from(bits, (word) => word << 16);
    return new Float32Array(words.buffer);
  }
  const table = new Float32Array(65_536);
  for (let word = 0; word < table.length; word++) table[word] = fromHalf(word);
  return Float32Array.from(bits, (word) => table[word]!);
}

/** float32 numbers rounded to half precision, as bits. */
export function narrowToHalves(numbers: Float32Array, dtype: 'float16' | 'bfloat16'): Uint16Array {
  const narrow = dtype === 'bfloat16' ? toBfloat : toHalf;
  return Uint16Array.from(numbers, narrow);
}
