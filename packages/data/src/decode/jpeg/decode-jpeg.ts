import type { Pixels } from '../pixels.js';
import { Undecodable } from '../undecodable.js';
import { jpegHeader } from './jpeg-header.js';
import { decodeWithTurbo } from './turbo.js';

/**
 * Decodes a JPEG file, baseline or progressive, to gray or RGB: the bytes that libjpeg-turbo returns with its default
 * settings. CMYK and YCCK become RGB as in Pillow, with inks inverted as Adobe stores them.
 * @throws Undecodable
 */
export function decodeJpeg(file: Buffer, maxPixels: number): Pixels & { readonly orientation: number } {
  const { width, height, components, orientation } = jpegHeader(file, maxPixels);
  const data = decodeWithTurbo(file, width, height, components);
  if (data === undefined) throw new Undecodable('is damaged: libjpeg reports corrupt data');
  if (components !== 4) return { width, height, channels: components, data, orientation };
  return { width, height, channels: 3, data: inksToRgb(data), orientation };
}

/** @param inks inverted: 255 is no ink */
function inksToRgb(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4) {
    const black = inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) rgb[to++] = Math.max(0, black - multiply(255 - inks[from + ink]!, black));
  }
  return rgb;
}

/** The product of two shares of 255, rounded. */
function multiply(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
