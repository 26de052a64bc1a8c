import { ForgeError } from '@forge-ml/core/plugin';
import {
  type ArrayOption,
  arrayOption,
  type ImageChange,
  type ImageFunction,
  imageFunction,
  wrongOption,
} from './image-function.js';
import { blank, type ImageTensor } from './image-tensor.js';

export interface CropOptions {
  /** Height and width of the crop. Default: those of the image; then `padding` is needed. */
  readonly size?: readonly [height: number, width: number];
  /** Pixels of zeros added on each side before cropping. Default: 0. */
  readonly padding?: number;
}

const of = 'randomCrop(options)';

/**
 * Cuts a random part out of each image, all places equally likely.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID; and when it is used, DATA_INVALID for a smaller image
 */
export function randomCrop(options: CropOptions & ArrayOption): ImageFunction {
  const array = arrayOption(options, ['size', 'padding'], of);
  return imageFunction(array, [['crop', cropChange(options)]]);
}

/** @throws ForgeError DATA_INVALID */
export function cropChange({ size, padding = 0 }: CropOptions): ImageChange {
  if (!isCount(padding, 0)) throw wrongOption(of, 'padding', 'a whole number of pixels from 0');
  if (size === undefined && padding === 0) throw wrongOption(of, 'size', '[height, width], unless there is padding');
  if (size !== undefined && !(Array.isArray(size) && size.length === 2 && size.every((side) => isCount(side, 1)))) {
    throw wrongOption(of, 'size', '[height, width] in pixels');
  }
  return (image, random) => {
    const [height, width] = size ?? [image.height, image.width];
    const [spareRows, spareColumns] = [image.height + 2 * padding - height, image.width + 2 * padding - width];
    if (spareRows < 0 || spareColumns < 0) throw tooSmall(image, height, width, padding);
    const top = random.below(spareRows + 1) - padding;
    const left = random.below(spareColumns + 1) - padding;
    return crop(image, top, left, height, width);
  };
}

/** The part of an image from a place on, which may be outside; zeros where there is no image. */
export function crop(image: ImageTensor, top: number, left: number, height: number, width: number): ImageTensor {
  const out = blank(image, height, width);
  const { channels } = image;
  const from = Math.max(0, left);
  const end = Math.min(image.width, left + width);
  if (end <= from) return out;
  for (let row = Math.max(0, -top); row < height && top + row < image.height; row++) {
    const source = (top + row) * image.width;
    const part = image.values.subarray((source + from) * channels, (source + end) * channels);
    out.values.set(part, (row * width + from - left) * channels);
  }
  return out;
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= 65_535;
}

function tooSmall(image: ImageTensor, height: number, width: number, padding: number): ForgeError {
  const padded = padding === 0 ? '' : ` with ${padding} pixels of padding`;
  const message = `An image of ${image.height} × ${image.width} pixels${padded} is smaller than the crop of ${height} × ${width}.`;
  return new ForgeError('DATA_INVALID', message, {
    about: 'size',
    hint: 'Crop less, add padding, or read the images in a larger size: images(folder, { size }).',
  });
}
