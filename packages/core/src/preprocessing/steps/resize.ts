import { elements, isTensorData, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { isCount, requireOption, stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { type Step, ValueProblem } from './step.js';

type Options = { readonly size: readonly [number, number] };

const largestSide = 16_384;

/** Resizes images of shape [height, width, channels] to [height, width] of `size`, and keeps their type. */
export const resize: Step<Options, null> = {
  kind: 'resize',
  version: 1,
  takes: ['array'],
  gives: 'array',
  options(given) {
    const of = 'resize({ size })';
    const options = stepOptions<Options>(given, { size: [0, 0] }, of);
    const { size } = options;
    const valid =
      Array.isArray(size) && size.length === 2 && size.every((side) => isCount(side, 1) && side <= largestSide);
    requireOption(valid, of, `size is [height, width], each from 1 to ${largestSide}`);
    return options;
  },
  isState: (state) => state === null,
  convert:
    ({ size }) =>
    (value) => {
      if (!isTensorData(value) || value.shape.length !== 3) {
        throw new ValueProblem(`is ${describeCell(value)}, not an image of shape [height, width, channels]`);
      }
      return resizeImage(value, size);
    },
};

/**
 * Resizes an image by a triangle filter as wide as a pixel of the smaller of both images: bilinear interpolation where it
 * grows, an average over the covered area where it shrinks (antialiased). The same as Pillow's BILINEAR, which rounds
 * integers after each of both directions.
 * @param image shape [height, width, channels], any numeric type
 * @returns the same type, shape [size[0], size[1], channels]; integers are rounded
 */
export function resizeImage(image: TensorData, [height, width]: readonly [number, number]): TensorData {
  const [fromHeight = 0, fromWidth = 0, channels = 0] = image.shape;
  const pixels = elements(image) as Float32Array;
  const rows = weightsOf(fromHeight, height);
  const columns = weightsOf(fromWidth, width);
  const round = image.dtype.startsWith('float') ? (value: number) => value : Math.round;
  const narrow = new Float64Array(fromHeight * width * channels);
  for (let y = 0; y < fromHeight; y++) {
    for (let x = 0; x < width; x++) {
      const { start, weights } = columns[x]!;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          sum += weights[k]! * pixels[(y * fromWidth + start + k) * channels + channel]!;
        }
        narrow[(y * width + x) * channels + channel] = round(sum);
      }
    }
  }
  const out = new (pixels.constructor as Float32ArrayConstructor)(height * width * channels);
  const rowLength = width * channels;
  for (let y = 0; y < height; y++) {
    const { start, weights } = rows[y]!;
    for (let at = 0; at < rowLength; at++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrow[(start + k) * rowLength + at]!;
      out[y * rowLength + at] = round(sum);
    }
  }
  return tensor(out, [height, width, channels], image.dtype);
}

/** Which source pixels each pixel is made of, and their shares. */
function weightsOf(from: number, to: number): { readonly start: number; readonly weights: readonly number[] }[] {
  const step = from / to;
  const reach = Math.max(step, 1);
  return Array.from({ length: to }, (_, index) => {
    const center = (index + 0.5) * step;
    const start = Math.max(0, Math.floor(center - reach + 0.5));
    const end = Math.min(from, Math.ceil(center + reach - 0.5) + 1);
    const raw: number[] = [];
    for (let at = start; at < end; at++) raw.push(Math.max(0, 1 - Math.abs((at + 0.5 - center) / reach)));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { start, weights: raw.map((weight) => weight / sum) };
  });
}
