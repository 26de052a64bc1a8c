import { inflateSync } from 'node:zlib';
import type { Pixels } from '../pixels.js';
import { Undecodable } from '../undecodable.js';
import { isCritical, pngChunks, printableType } from './chunks.js';
import { type PngHeader, pngHeader } from './header.js';
import { type Palette, paletteOf } from './palette.js';
import { type PngPass, pngPasses } from './passes.js';
import { scaleSample, unpackSamples } from './samples.js';
import { unfilter } from './unfilter.js';

/** How many bytes deflate makes of one, at most (RFC 1951: 258 bytes of 2 bits). */
const mostInflation = 1032;

/**
 * Decodes a PNG file to 8 bits per channel, exactly as libpng does: 16 bits are rounded, fewer are scaled, colors of a
 * palette and transparent colors are expanded. Memory is bounded by the size in the header.
 * @throws Undecodable
 */
export function decodePng(file: Buffer, maxPixels: number): Pixels & { readonly exif: Buffer | undefined } {
  const chunks = pngChunks(file);
  const header = pngHeader(chunks.next().value ?? undefined, maxPixels);
  const data: Buffer[] = [];
  const found = new Map<string, Buffer>();
  for (const chunk of chunks) {
    if (chunk.type === 'IDAT') data.push(chunk.data);
    else if (['PLTE', 'tRNS', 'eXIf'].includes(chunk.type)) found.set(chunk.type, chunk.data);
    else if (isCritical(chunk.type) && chunk.type !== 'IEND') {
      throw new Undecodable(`is no PNG that Forge can read: it has the unknown chunk ${printableType(chunk.type)}`);
    }
  }
  const passes = pngPasses(header);
  const raw = inflated(data, passes, header);
  const palette = header.palette ? paletteOf(found.get('PLTE'), found.get('tRNS')) : undefined;
  const key = header.palette ? undefined : transparentColor(found.get('tRNS'), header);
  const channels = palette?.channels ?? ((header.samples + (key === undefined ? 0 : 1)) as Pixels['channels']);
  const pixels = { ...header, channels, data: new Uint8Array(header.width * header.height * channels) };
  let at = 0;
  for (const pass of passes) {
    unfilter(raw, at, pass.height, pass.rowBytes, Math.max(1, (header.samples * header.depth) >> 3));
    for (let row = 0; row < pass.height; row++, at += pass.rowBytes + 1) {
      const line = raw.subarray(at + 1, at + 1 + pass.rowBytes);
      writeRow(pixels, pass, row, unpackSamples(line, pass.width * header.samples, header.depth), palette, key);
    }
  }
  const { width, height } = header;
  return { width, height, channels, data: pixels.data, exif: found.get('eXIf') };
}

function inflated(data: readonly Buffer[], passes: readonly PngPass[], { width, height }: PngHeader): Buffer {
  const size = passes.reduce((sum, pass) => sum + pass.height * (pass.rowBytes + 1), 0);
  const compressed = Buffer.concat(data);
  const wrong = `is damaged: its data`;
  if (compressed.length * mostInflation < size) {
    throw new Undecodable(`${wrong} is too short for ${width} × ${height} pixels`);
  }
  let raw: Buffer;
  try {
    raw = inflateSync(compressed, { maxOutputLength: size, chunkSize: Math.min(Math.max(size, 1024), 2 ** 20) });
  } catch (error) {
    const more = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Undecodable(more ? `${wrong} is longer than its size allows` : `${wrong} cannot be decompressed`);
  }
  if (raw.length < size) throw new Undecodable(`${wrong} is too short for ${width} × ${height} pixels`);
  return raw;
}

/** The samples, not scaled, of the color that is transparent. */
function transparentColor(chunk: Buffer | undefined, { samples }: PngHeader): readonly number[] | undefined {
  if (chunk === undefined) return undefined;
  if (samples % 2 === 0 || chunk.length !== 2 * samples) {
    throw new Undecodable('is no valid PNG: its transparent color does not fit its color type');
  }
  return Array.from({ length: samples }, (_, index) => chunk.readUInt16BE(2 * index));
}

function writeRow(
  { width, depth, samples, channels, data }: PngHeader & Pick<Pixels, 'channels' | 'data'>,
  pass: PngPass,
  row: number,
  line: Uint8Array | Uint16Array,
  palette: Palette | undefined,
  key: readonly number[] | undefined,
): void {
  const start = ((pass.y + row * pass.dy) * width + pass.x) * channels;
  if (depth === 8 && pass.dx === 1 && palette === undefined && key === undefined) {
    data.set(line, start);
    return;
  }
  for (let column = 0; column < pass.width; column++) {
    const to = start + column * pass.dx * channels;
    const from = column * samples;
    if (palette !== undefined) {
      const color = line[from]! * channels;
      if (color >= palette.colors.length) throw new Undecodable('is damaged: a color is not in its palette');
      for (let channel = 0; channel < channels; channel++) data[to + channel] = palette.colors[color + channel]!;
      continue;
    }
    for (let sample = 0; sample < samples; sample++) data[to + sample] = scaleSample(line[from + sample]!, depth);
    if (key !== undefined) data[to + samples] = key.every((value, index) => value === line[from + index]) ? 0 : 255;
  }
}
