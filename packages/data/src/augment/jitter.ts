import { ForgeError, type RandomStream } from '@forge-ml/core/plugin';
import {
  type ArrayOption,
  arrayOption,
  checkNumber,
  type ImageChange,
  type ImageFunction,
  imageFunction,
  wrongOption,
} from './image-function.js';
import { blank, type ImageTensor } from './image-tensor.js';

export interface JitterOptions {
  /** Multiplies all values by a factor from 1 - brightness to 1 + brightness. Default: 0. */
  readonly brightness?: number;
  /** Moves all values away from or towards the mean gray of the image, by such a factor. Default: 0. */
  readonly contrast?: number;
  /** Moves the colors of each pixel away from or towards its gray, by such a factor. Default: 0. */
  readonly saturation?: number;
}

const of = 'colorJitter(options)';
const names = ['brightness', 'contrast', 'saturation'] as const;

/**
 * Changes brightness, contrast and saturation at random, in this order; each from 0 to 1. Alpha stays. uint8 values are
 * rounded and limited to 0 … 255; float32 values are not limited. Factors and gray (0.299 R + 0.587 G + 0.114 B) are
 * those of torchvision's ColorJitter.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID; and when it is used, DATA_INVALID for the saturation of a gray image
 */
export function colorJitter(options: JitterOptions & ArrayOption): ImageFunction {
  const array = arrayOption(options, names, of);
  return imageFunction(array, [['jitter', jitterChange(options)]]);
}

/** @throws ForgeError DATA_INVALID */
export function jitterChange({ brightness = 0, contrast = 0, saturation = 0 }: JitterOptions): ImageChange {
  const limits = { brightness, contrast, saturation };
  for (const name of names) checkNumber(limits[name], of, name, 0, 1);
  if (brightness + contrast + saturation === 0) throw wrongOption(of, names.join(', '), 'above 0 in one of them');
  return (image, random) => {
    if (saturation > 0 && image.channels < 3) throw grayImage(image);
    const factorOf = (limit: number, stream: RandomStream) => 1 + limit * (2 * stream.float() - 1);
    const [bright, strong, colorful] = names.map((name) => factorOf(limits[name], random.child(name)));
    return jitter(image, bright!, strong!, colorful!);
  };
}

export function jitter(image: ImageTensor, brightness: number, contrast: number, saturation: number): ImageTensor {
  const { height, width, channels, values } = image;
  const out = blank(image, height, width);
  const colors = channels >= 3 ? 3 : 1;
  const limit = values instanceof Uint8Array ? toByte : (value: number) => value;
  const bright = Float64Array.from(values, (value) => limit(value * brightness));
  const mean = contrast === 1 ? 0 : meanGray(bright, channels);
  for (let at = 0; at < values.length; at += channels) {
    for (let channel = 0; channel < colors; channel++) {
      bright[at + channel] = limit(mean + contrast * (bright[at + channel]! - mean));
    }
    const gray = saturation === 1 ? 0 : grayAt(bright, at, channels);
    for (let channel = 0; channel < channels; channel++) {
      const value = bright[at + channel]!;
      const colored = colors === 3 ? limit(gray + saturation * (value - gray)) : value;
      out.values[at + channel] = channel < colors ? colored : values[at + channel]!;
    }
  }
  return out;
}

function meanGray(values: Float64Array, channels: number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += channels) sum += grayAt(values, at, channels);
  return (sum * channels) / values.length;
}

function grayAt(values: Float64Array, at: number, channels: number): number {
  if (channels < 3) return values[at]!;
  return 0.299 * values[at]! + 0.587 * values[at + 1]! + 0.114 * values[at + 2]!;
}

function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

function grayImage({ channels }: ImageTensor): ForgeError {
  return new ForgeError('DATA_INVALID', `The saturation of an image with ${channels} channels cannot change.`, {
    about: 'saturation',
    hint: 'Remove the option saturation, or read the images in color: images(folder, { channels: 3 }).',
  });
}
