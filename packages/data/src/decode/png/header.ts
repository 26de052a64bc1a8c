import { checkSize, Undecodable } from '../undecodable.js';
import type { PngChunk } from './chunks.js';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** Samples of a pixel, 1 for an index into the palette. */
  readonly samples: 1 | 2 | 3 | 4;
  readonly palette: boolean;
  readonly interlaced: boolean;
}

/** By color type: samples of a pixel, and the allowed depths (PNG specification, table 11.1). */
const colorTypes: Readonly<Record<number, readonly [samples: 1 | 2 | 3 | 4, depths: readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
};

/** @throws Undecodable */
export function pngHeader(chunk: PngChunk | undefined, maxPixels: number): PngHeader {
  if (chunk?.type !== 'IHDR' || chunk.data.length !== 13) throw new Undecodable('is damaged: it has no PNG header');
  const { data } = chunk;
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, color, compression, filter, interlace] = data.subarray(8) as unknown as number[];
  const [samples, depths] = colorTypes[color!] ?? [];
  if (samples === undefined || !depths?.includes(depth!)) {
    throw new Undecodable(`is no valid PNG: it has color type ${color} with ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Undecodable('is no valid PNG: its compression, filter or interlace method is unknown');
  }
  checkSize(width, height, maxPixels);
  return { width, height, depth: depth!, samples, palette: color === 3, interlaced: interlace === 1 };
}
