import { Undecodable } from '../undecodable.js';

/**
 * Reverses the filters of the rows of a pass, in place (PNG specification, section 9).
 * @param raw rows of one filter byte and `rowBytes` bytes each, from `start` on
 * @param pixelBytes bytes of a pixel, at least 1
 * @throws Undecodable for an unknown filter
 */
export function unfilter(raw: Buffer, start: number, rows: number, rowBytes: number, pixelBytes: number): void {
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let row = 0; row < rows; row++) {
    const at = start + row * (rowBytes + 1);
    const line = raw.subarray(at + 1, at + 1 + rowBytes);
    unfilterRow(raw[at]!, line, above, pixelBytes);
    above = line;
  }
}

function unfilterRow(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  const { length } = line;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = pixelBytes; at < length; at++) line[at] = line[at]! + line[at - pixelBytes]!;
      return;
    case 2:
      for (let at = 0; at < length; at++) line[at] = line[at]! + above[at]!;
      return;
    case 3:
      for (let at = 0; at < length; at++) {
        const left = at < pixelBytes ? 0 : line[at - pixelBytes]!;
        line[at] = line[at]! + ((left + above[at]!) >> 1);
      }
      return;
    case 4:
      for (let at = 0; at < length; at++) {
        const left = at < pixelBytes ? 0 : line[at - pixelBytes]!;
        const corner = at < pixelBytes ? 0 : above[at - pixelBytes]!;
        line[at] = line[at]! + paeth(left, above[at]!, corner);
      }
      return;
    default:
      throw new Undecodable(`is damaged: a row has the unknown filter ${filter}`);
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
