/** An image or audio file that cannot be decoded. The message fits after the name of the file: `is truncated`. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

/** @throws Undecodable if an image has no pixels, or more than `most` */
export function checkSize(width: number, height: number, most: number): void {
  if (width === 0 || height === 0) throw new Undecodable(`has no pixels: its size is ${width} × ${height}`);
  if (width * height > most) {
    throw new Undecodable(`is ${width} × ${height} pixels large, above the limit of ${most} (the option maxPixels)`);
  }
}
