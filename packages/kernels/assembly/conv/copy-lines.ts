/** Copies lines of bytes of images, between images of different sizes: places them on a canvas, or cuts them out of it. */
export function copyLines(
  from: usize,
  fromLine: usize,
  fromImage: usize,
  to: usize,
  toLine: usize,
  toImage: usize,
  images: u32,
  lines: u32,
  bytes: usize,
): void {
  for (let image: u32 = 0; image < images; image++) {
    const source = from + (image as usize) * fromImage;
    const target = to + (image as usize) * toImage;
    for (let line: u32 = 0; line < lines; line++) {
      memory.copy(target + (line as usize) * toLine, source + (line as usize) * fromLine, bytes);
    }
  }
}
