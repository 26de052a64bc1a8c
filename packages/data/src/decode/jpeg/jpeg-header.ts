import { exifOrientation } from '../exif.js';
import { checkSize, Undecodable } from '../undecodable.js';

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 color, 4 CMYK or YCCK. */
  readonly components: 1 | 3 | 4;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
}

/** Start of frame markers that are not baseline, extended or progressive Huffman (ITU-T T.81, table B.1). */
const otherFrames: Readonly<Record<number, string>> = {
  195: 'a lossless',
  197: 'a hierarchical',
  198: 'a hierarchical',
  199: 'a hierarchical',
  201: 'an arithmetic-coded',
  202: 'an arithmetic-coded',
  203: 'an arithmetic-coded',
  205: 'an arithmetic-coded',
  206: 'an arithmetic-coded',
  207: 'an arithmetic-coded',
};

/** As libjpeg-turbo's own limit: a small progressive file with more scans could take minutes to decode. */
const mostScans = 500;

/**
 * Reads the markers of a JPEG file to its end.
 * @throws Undecodable if it is truncated, too large, or of a kind that Forge does not decode
 */
export function jpegHeader(file: Buffer, maxPixels: number): JpegHeader {
  let frame: Omit<JpegHeader, 'orientation'> | undefined;
  let orientation: number | undefined;
  let scans = 0;
  for (const { marker, data, next } of segments(file)) {
    if (otherFrames[marker] !== undefined) {
      throw new Undecodable(`is ${otherFrames[marker]} JPEG, which Forge cannot decode`);
    }
    if (marker >= 0xc0 && marker <= 0xc2) {
      if (frame !== undefined) throw new Undecodable('is damaged: it has two frames');
      frame = frameOf(data, maxPixels);
      checkBlocks(frame, file.length - next);
    }
    if (marker === 0xe1 && data.toString('latin1', 0, 6) === 'Exif\0\0')
      orientation ??= exifOrientation(data.subarray(6));
    if (marker === 0xda && ++scans > mostScans) throw new Undecodable(`has more than ${mostScans} scans`);
  }
  if (frame === undefined || scans === 0) throw new Undecodable('is damaged: it has no image data');
  return { ...frame, orientation: orientation ?? 1 };
}

function frameOf(data: Buffer, maxPixels: number): Omit<JpegHeader, 'orientation'> {
  if (data.length < 6) throw new Undecodable('is damaged: its frame header is too short');
  const [bits, components] = [data[0]!, data[5]!];
  if (bits !== 8) throw new Undecodable(`has ${bits} bits per sample; Forge decodes JPEG with 8`);
  const [height, width] = [data.readUInt16BE(1), data.readUInt16BE(3)];
  checkSize(width, height, maxPixels);
  if (components !== 1 && components !== 3 && components !== 4) {
    throw new Undecodable(`has ${components} color components; Forge decodes JPEG with 1, 3 or 4`);
  }
  if (data.length !== 6 + 3 * components) throw new Undecodable('is damaged: its frame header has a wrong length');
  return { width, height, components };
}

/** A block of 8 × 8 pixels takes at least a bit: a small file cannot hold, and must not reserve, a huge image. */
function checkBlocks({ width, height }: { readonly width: number; readonly height: number }, bytes: number): void {
  if (Math.ceil(width / 8) * Math.ceil(height / 8) <= 8 * bytes) return;
  throw new Undecodable(`is damaged: its data is too short for ${width} × ${height} pixels`);
}

interface Segment {
  /** The second byte of the marker. */
  readonly marker: number;
  readonly data: Buffer;
  /** Where the segment ends. */
  readonly next: number;
}

/** The segments up to the end marker; the coded data after each start of scan is skipped. */
function* segments(file: Buffer): Generator<Segment> {
  const truncated = () => new Undecodable('is truncated: its end marker is missing');
  for (let at = 2; ; ) {
    at = file.indexOf(0xff, at);
    while (at >= 0 && file[at + 1] === 0xff) at++;
    const marker = at < 0 ? undefined : file[at + 1];
    if (marker === undefined) throw truncated();
    at += 2;
    if (marker === 0xd9) return;
    // Stuffed zeros and restart markers are part of the coded data.
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (at + 2 > file.length) throw truncated();
    const next = at + file.readUInt16BE(at);
    if (next < at + 2 || next > file.length) throw truncated();
    yield { marker, data: file.subarray(at + 2, next), next };
    at = next;
  }
}
