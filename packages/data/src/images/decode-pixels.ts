import { withChannels } from '../decode/channels.js';
import { exifOrientation } from '../decode/exif.js';
import { decodeJpeg } from '../decode/jpeg/decode-jpeg.js';
import { orient } from '../decode/orient.js';
import type { Pixels } from '../decode/pixels.js';
import { pngSignature } from '../decode/png/chunks.js';
import { decodePng } from '../decode/png/decode-png.js';
import { resize } from '../decode/resize.js';
import { Undecodable } from '../decode/undecodable.js';

export interface DecodeOptions {
  /** Channels of the result: 1 gray, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  /** Height and width of the result. Default: those of the file. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** A larger image is refused before memory is reserved for it. */
  readonly maxPixels: number;
}

/**
 * Decodes a PNG or JPEG file, which its first bytes tell apart, turned as its EXIF data says.
 * @throws Undecodable
 */
export function decodePixels(file: Buffer, { channels, size, maxPixels }: DecodeOptions): Pixels {
  const upright = withChannels(decodeUpright(file, maxPixels), channels);
  return size === undefined ? upright : resize(upright, ...size);
}

function decodeUpright(file: Buffer, maxPixels: number): Pixels {
  if (file.subarray(0, 8).equals(pngSignature)) {
    const { exif, ...pixels } = decodePng(file, maxPixels);
    return exif === undefined ? pixels : orient(pixels, exifOrientation(exif));
  }
  if (file[0] === 0xff && file[1] === 0xd8) {
    const { orientation, ...pixels } = decodeJpeg(file, maxPixels);
    return orient(pixels, orientation);
  }
  throw new Undecodable(file.length === 0 ? 'is empty' : 'is neither PNG nor JPEG');
}
