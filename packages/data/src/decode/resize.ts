import { elements, resizeImage, tensor } from '@forge-ml/core/plugin';
import type { Pixels } from './pixels.js';

/** Resizes as core's step `resize()`: the same bytes as Pillow's BILINEAR. */
export function resize({ width, height, channels, data }: Pixels, toHeight: number, toWidth: number): Pixels {
  const resized = resizeImage(tensor(data, [height, width, channels]), [toHeight, toWidth]);
  return { width: toWidth, height: toHeight, channels, data: elements(resized) as Uint8Array };
}
