import { elements, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { resizeBytes } from './resize-bytes.js';
import { type Support, supportsOf } from './resize-supports.js';

/**
 * Resizes with a bilinear filter that is widened when the image becomes smaller, so that no pixel is left unused
 * (antialiasing). Of bytes the same as Pillow's `resize(…, Image.BILINEAR)`, which torchvision uses for images.
 * @param image shape [height, width, channels], of a type with numbers up to 53 bits
 * @returns the same type, shape [size[0], size[1], channels]; integers are rounded
 */
export function resizeImage(image: TensorData, [height, width]: readonly [number, number]): TensorData {
  const [fromHeight = 0, fromWidth = 0, channels = 0] = image.shape;
  if (image.dtype === 'uint8') {
    const pixels = { height: fromHeight, width: fromWidth, channels, data: elements(image) as Uint8Array };
    return tensor(resizeBytes(pixels, height, width).data, [height, width, channels]);
  }
  const source = elements(image) as Float32Array;
  const rows = weightedSums(
    source,
    { outer: fromHeight, inner: channels, size: fromWidth },
    supportsOf(fromWidth, width),
  );
  const sums = weightedSums(
    rows,
    { outer: 1, inner: width * channels, size: fromHeight },
    supportsOf(fromHeight, height),
  );
  const round = image.dtype.startsWith('float') ? (value: number) => value : Math.round;
  const out = (source.constructor as Float32ArrayConstructor).from(sums, round);
  return tensor(out, [height, width, channels], image.dtype);
}

/** Weighted sums along the middle of three dimensions, [outer, size, inner]. */
function weightedSums(
  values: ArrayLike<number>,
  { outer, inner, size }: { readonly outer: number; readonly inner: number; readonly size: number },
  supports: readonly Support[],
): Float64Array {
  const out = new Float64Array(outer * supports.length * inner);
  for (let row = 0; row < outer; row++) {
    for (const [index, { first, weights }] of supports.entries()) {
      const to = (row * supports.length + index) * inner;
      for (let k = 0; k < weights.length; k++) {
        const from = (row * size + first + k) * inner;
        for (let at = 0; at < inner; at++) out[to + at]! += weights[k]! * values[from + at]!;
      }
    }
  }
  return out;
}
