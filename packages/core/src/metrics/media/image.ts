import type { ArrayInput } from '../../data/output-tensor.js';
import { toTensor } from '../../data/to-tensor.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { describeTensor, elements, type TensorData } from '../../tensor/tensor-data.js';
import type { ImageValue } from '../media-value.js';

export interface ImageOptions {
  /**
   * The values that are black and white; others are clipped. Default: 0 and 255 for integers, 0 and 1 for floating
   * point.
   */
  readonly range?: readonly [black: number, white: number];
  /** Images per row, if there are several. Default: the square root of their number, rounded up. */
  readonly columns?: number;
}

/** About the pixels of an 8K image with four channels. */
const maxBytes = 1 << 27;
/** Pixels between the images of a grid. */
const gap = 2;

/**
 * An image to log: `run.log({ …, values: { samples: image(pixels) } })`.
 * @param pixels [height, width] or [height, width, channels], with 1 (grey), 3 (RGB) or 4 (RGBA) channels; several
 * images of equal size as [count, height, width, channels] become a grid. NaN is black.
 * @throws ForgeError DATA_INVALID for another shape; OPTION_UNKNOWN
 */
export function image(pixels: ArrayInput, options: ImageOptions = {}): ImageValue {
  checkOptions(options, ['range', 'columns'], { of: 'image(pixels, options)', synonyms: { cols: 'columns' } });
  const tensor = toTensor('pixels', pixels);
  const { count, height, width, channels } = sizesOf(tensor);
  const scale = scaleOf(tensor, options.range);
  const columns = options.columns ?? Math.ceil(Math.sqrt(count));
  if (!Number.isSafeInteger(columns) || columns < 1) throw invalid('columns is not a whole number of at least 1');
  const across = Math.min(columns, count);
  const down = Math.ceil(count / across);
  const [gridWidth, gridHeight] = [across * (width + gap) - gap, down * (height + gap) - gap];
  if (gridWidth * gridHeight * channels > maxBytes) {
    throw invalid(`it would have ${gridWidth} x ${gridHeight} pixels`, 'Log fewer or smaller images.');
  }
  const out = new Uint8Array(gridWidth * gridHeight * channels);
  const values = elements(tensor);
  const rowSize = width * channels;
  for (let index = 0; index < count; index++) {
    const left = (index % across) * (width + gap);
    const top = Math.floor(index / across) * (height + gap);
    for (let y = 0; y < height; y++) {
      const from = (index * height + y) * rowSize;
      const to = ((top + y) * gridWidth + left) * channels;
      for (let x = 0; x < rowSize; x++) out[to + x] = scale(Number(values[from + x]));
    }
  }
  return { kind: 'image', width: gridWidth, height: gridHeight, channels, pixels: out };
}

interface Sizes {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: ImageValue['channels'];
}

function sizesOf(tensor: TensorData): Sizes {
  const { shape } = tensor;
  const [count, height, width, channels] =
    shape.length === 2 ? [1, ...shape, 1] : shape.length === 3 ? [1, ...shape] : shape.length === 4 ? shape : [];
  const isColour = channels === 1 || channels === 3 || channels === 4;
  if (!isColour || !(count! > 0 && height! > 0 && width! > 0)) {
    const one = 'Give [height, width] or [height, width, channels] with 1, 3 or 4 channels,';
    throw invalid(
      `${describeTensor(tensor)} is no image`,
      `${one} or several as [count, height, width, channels]. Channels come last.`,
    );
  }
  return { count: count!, height: height!, width: width!, channels };
}

function scaleOf({ dtype }: TensorData, range: ImageOptions['range']): (value: number) => number {
  if (dtype === 'float16' || dtype === 'bfloat16') {
    throw invalid(`its pixels are ${dtype}`, 'Convert them to float32 first.');
  }
  const [black, white] = range ?? (dtype.startsWith('float') || dtype === 'bool' ? [0, 1] : [0, 255]);
  if (!Number.isFinite(black) || !Number.isFinite(white) || black === white) {
    throw invalid(`its range is [${black}, ${white}]`, 'Give two different numbers: range: [-1, 1].');
  }
  const factor = 255 / (white - black);
  // A Uint8Array would wrap around. NaN fails both comparisons.
  return (value) => {
    const scaled = Math.round((value - black) * factor);
    return scaled >= 255 ? 255 : scaled > 0 ? scaled : 0;
  };
}

function invalid(cause: string, hint?: string): ForgeError {
  const more = hint === undefined ? {} : { hint };
  return new ForgeError('DATA_INVALID', `The image cannot be logged: ${cause}.`, { about: 'image', ...more });
}
