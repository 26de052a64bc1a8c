import { encodeNumbers } from '../../json/json-number.js';
import type { MediaKind, MediaValue } from '../media-value.js';
import { encodePng } from '../png-encoder.js';

/** The end of the name of each kind of file. */
export const extensionOf: Readonly<Record<MediaKind, string>> = {
  image: 'png',
  text: 'txt',
  histogram: 'histogram.json',
  table: 'table.json',
};

/** For an image, `loadPngEncoder` comes first. @returns the content of the file: PNG, UTF-8 text, or JSON in which NaN and ±Infinity are strings. */
export function encodeMedia(value: MediaValue): Uint8Array {
  if (value.kind === 'image') {
    const { width, height, channels, pixels } = value;
    return encodePng({ width, height, channels, data: pixels, depth: 8 });
  }
  if (value.kind === 'text') return Buffer.from(value.text);
  const { kind: _, ...content } = value;
  return Buffer.from(`${JSON.stringify(content, encodeNumbers)}\n`);
}
