import type { Curve, Curves, Line } from './curves.js';
import { decodeJson, encodeJson } from './plain-json.js';

/*
 * Curves as bytes: the length of a JSON header (uint32, little endian), the header in UTF-8, padding to a multiple of 8,
 * then all numbers as float64, little endian. Lines of the header are places among these numbers: JSON with a million
 * numbers takes many times longer.
 */

/** Where a line is: its x begin at `start`, its y after them. */
type LinePlace = readonly [start: number, length: number];

type CurveHeader = Omit<Curve, 'lines' | 'smoothed'> & {
  readonly lines: readonly LinePlace[];
  readonly smoothed: readonly LinePlace[] | null;
};

type Header = Omit<Curves, 'curves'> & { readonly curves: readonly CurveHeader[] };

export function encodeCurves({ curves, ...rest }: Curves): Uint8Array {
  const lines: Line[] = [];
  let count = 0;
  const placeOf = (line: Line): LinePlace => {
    const start = count;
    count += 2 * line.x.length;
    lines.push(line);
    return [start, line.x.length];
  };
  const headers = curves.map((curve): CurveHeader => {
    return { ...curve, lines: curve.lines.map(placeOf), smoothed: curve.smoothed?.map(placeOf) ?? null };
  });
  const header = new TextEncoder().encode(encodeJson({ ...rest, curves: headers } satisfies Header));
  const start = Math.ceil((4 + header.length) / 8) * 8;
  const bytes = new Uint8Array(start + count * 8);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  const numbers = new Float64Array(bytes.buffer, start, count);
  let at = 0;
  for (const { x, y } of lines) {
    numbers.set(x, at);
    numbers.set(y, at + x.length);
    at += 2 * x.length;
  }
  return bytes;
}

/** The lines share the memory of the buffer. @throws Error for other bytes */
export function decodeCurves(buffer: ArrayBuffer): Curves {
  const length = new DataView(buffer).getUint32(0, true);
  const { curves, ...rest } = decodeJson(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as Header;
  const numbers = new Float64Array(buffer, Math.ceil((4 + length) / 8) * 8);
  const lineAt = ([start, points]: LinePlace): Line => ({
    x: numbers.subarray(start, start + points),
    y: numbers.subarray(start + points, start + 2 * points),
  });
  return {
    ...rest,
    curves: curves.map((curve): Curve => {
      return { ...curve, lines: curve.lines.map(lineAt), smoothed: curve.smoothed?.map(lineAt) ?? null };
    }),
  };
}
