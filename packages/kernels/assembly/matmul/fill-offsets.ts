/** Offsets of the elements of an array of three dimensions, row by row: i · iStride + j · jStride + k · kStride, u32. */
export function fillOffsets(
  to: usize,
  iCount: u32,
  iStride: u32,
  jCount: u32,
  jStride: u32,
  kCount: u32,
  kStride: u32,
): void {
  for (let i: u32 = 0; i < iCount; i++) {
    for (let j: u32 = 0; j < jCount; j++) {
      let offset = i * iStride + j * jStride;
      for (let k: u32 = 0; k < kCount; k++, to += 4, offset += kStride) store<u32>(to, offset);
    }
  }
}
