/** Encodes an idx file of unsigned bytes. */
export function idxFile(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [at, dimension] of shape.entries()) header.writeUInt32BE(dimension, 4 + 4 * at);
  return Buffer.concat([header, Uint8Array.from(values)]);
}
