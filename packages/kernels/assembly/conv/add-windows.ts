/**
 * Adds rows of numbers to the windows of an image that they belong to (col2im): for each row i and part t,
 * image[rowOffsets[i] + partOffsets[t] + (0 … length - 1)] += rows[i, t, 0 … length - 1], float32.
 *
 * @param rowOffsets, partOffsets offsets in bytes, u32
 * @param length numbers in a part
 */
export function addWindows(
  image: usize,
  rowOffsets: usize,
  count: u32,
  partOffsets: usize,
  parts: u32,
  length: u32,
  rows: usize,
): void {
  const ofVectors: usize = (length & ~3) << 2;
  const ofAll: usize = (length as usize) << 2;
  const endOfParts = partOffsets + ((parts as usize) << 2);
  for (let row: u32 = 0; row < count; row++) {
    const corner = image + load<u32>(rowOffsets + ((row as usize) << 2));
    for (let part = partOffsets; part < endOfParts; part += 4, rows += ofAll) {
      const to = corner + load<u32>(part);
      let at: usize = 0;
      for (; at < ofVectors; at += 16) {
        v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(rows + at)));
      }
      for (; at < ofAll; at += 4) store<f32>(to + at, load<f32>(to + at) + load<f32>(rows + at));
    }
  }
}
