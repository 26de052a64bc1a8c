/**
 * The samples of a row of a PNG, not scaled. 16-bit samples are big-endian.
 * @param line the bytes of the row, without its filter
 */
export function unpackSamples(line: Buffer, count: number, depth: number): Uint8Array | Uint16Array {
  if (depth === 8) return line.subarray(0, count);
  if (depth === 16) {
    const samples = new Uint16Array(count);
    for (let index = 0; index < count; index++) samples[index] = (line[2 * index]! << 8) | line[2 * index + 1]!;
    return samples;
  }
  const samples = new Uint8Array(count);
  const perByte = 8 / depth;
  const mask = 2 ** depth - 1;
  for (let index = 0; index < count; index++) {
    const shift = 8 - depth * ((index % perByte) + 1);
    samples[index] = (line[Math.floor(index / perByte)]! >> shift) & mask;
  }
  return samples;
}

/** A sample as 8 bits, correctly rounded: what libpng's `png_set_scale_16` and `png_set_expand` return. */
export function scaleSample(sample: number, depth: number): number {
  if (depth === 8) return sample;
  return depth === 16 ? (sample * 255 + 32895) >> 16 : (sample * 255) / (2 ** depth - 1);
}
