import type { Pixels } from './pixels.js';

/** Bits after the point of a weight; Pillow's, so that results are the same. */
const precision = 22;
/** Rounds a sum. Weights are positive and have the sum 1, so sums fit into 32 bits and results into 8. */
const half = 2 ** (precision - 1);

/** The source pixels that one pixel of the result is a weighted sum of: `weights.length` pixels from `first` on. */
interface Support {
  readonly first: number;
  readonly weights: Int32Array;
}

/**
 * Resizes with a bilinear filter that is widened when the image becomes smaller, so that no pixel is left unused
 * (antialiasing): the same bytes as Pillow's `resize(…, Image.BILINEAR)`, which torchvision uses for images.
 */
export function resize(pixels: Pixels, height: number, width: number): Pixels {
  const across = width === pixels.width ? pixels : resizeRows(pixels, width);
  return height === across.height ? across : resizeColumns(across, height);
}

function resizeRows({ width, height, channels, data }: Pixels, outWidth: number): Pixels {
  const out = new Uint8Array(outWidth * height * channels);
  const supports = supportsOf(width, outWidth);
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

function resizeColumns({ width, height, channels, data }: Pixels, outHeight: number): Pixels {
  const rowSize = width * channels;
  const out = new Uint8Array(rowSize * outHeight);
  const sums = new Int32Array(rowSize);
  for (const [row, { first, weights }] of supportsOf(height, outHeight).entries()) {
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

function supportsOf(size: number, outSize: number): Support[] {
  const scale = size / outSize;
  const radius = Math.max(scale, 1);
  return Array.from({ length: outSize }, (_, index) => {
    const center = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - radius + 0.5));
    const end = Math.min(size, Math.trunc(center + radius + 0.5));
    const triangle = Float64Array.from({ length: end - first }, (_, offset) =>
      Math.max(0, 1 - Math.abs((offset + first - center + 0.5) / radius)),
    );
    const total = triangle.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: Int32Array.from(triangle, (weight) => (weight / total) * 2 ** precision + 0.5) };
  });
}
