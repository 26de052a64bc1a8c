import { supportsOf } from './resize-supports.js';

/** Bits after the point of a weight; Pillow's, so that results are the same. */
const precision = 22;
/** Rounds a sum. Weights are positive and have the sum 1, so sums fit into 32 bits and results into 8. */
const half = 2 ** (precision - 1);

/** An image of bytes, row by row. */
export interface BytePixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * Resizes with a bilinear filter that is widened when the image becomes smaller, so that no pixel is left unused
 * (antialiasing): the same bytes as Pillow's `resize(…, Image.BILINEAR)`, which torchvision uses for images.
 */
export function resizeBytes(pixels: BytePixels, height: number, width: number): BytePixels {
  const across = width === pixels.width ? pixels : resizeRows(pixels, width);
  return height === across.height ? across : resizeColumns(across, height);
}

function resizeRows({ width, height, channels, data }: BytePixels, outWidth: number): BytePixels {
  const out = new Uint8Array(outWidth * height * channels);
  const supports = byteSupports(width, outWidth);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < outWidth; column++) {
      const { first, weights } = supports[column]!;
      const from = (row * width + first) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        let at = from + channel;
        for (let index = 0; index < weights.length; index++, at += channels) sum += data[at]! * weights[index]!;
        out[to++] = sum >> precision;
      }
    }
  }
  return { width: outWidth, height, channels, data: out };
}

function resizeColumns({ width, height, channels, data }: BytePixels, outHeight: number): BytePixels {
  const rowSize = width * channels;
  const out = new Uint8Array(rowSize * outHeight);
  const sums = new Int32Array(rowSize);
  for (const [row, { first, weights }] of byteSupports(height, outHeight).entries()) {
    sums.fill(half);
    for (let index = 0; index < weights.length; index++) {
      const from = (first + index) * rowSize;
      const weight = weights[index]!;
      for (let at = 0; at < rowSize; at++) sums[at]! += data[from + at]! * weight;
    }
    for (let at = 0; at < rowSize; at++) out[row * rowSize + at] = sums[at]! >> precision;
  }
  return { width, height: outHeight, channels, data: out };
}

/** The supports with weights of 22 bits after the point. */
function byteSupports(size: number, outSize: number): { readonly first: number; readonly weights: Int32Array }[] {
  return supportsOf(size, outSize).map(({ first, weights }) => {
    return { first, weights: Int32Array.from(weights, (weight) => weight * 2 ** precision + 0.5) };
  });
}
