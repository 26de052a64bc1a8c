import { isUtf8 } from 'node:buffer';
import type { BadRows } from '../bad-rows.js';
import type { Line } from './line-reader.js';

/** The text of a line; undefined if it is not UTF-8, which is reported. */
export function lineText({ bytes, number }: Line, bad: BadRows): string | undefined {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || isUtf8(bytes)) return text;
  const reason = 'the text is not UTF-8';
  bad.add(
    { line: number, column: firstInvalid(text, bytes) + 1, reason, text: text.slice(0, 200) },
    'Save the file as UTF-8.',
  );
  return undefined;
}

/** Where the first invalid byte is in decoded text: a replacement character that the bytes do not have. */
function firstInvalid(text: string, bytes: Buffer): number {
  const replacement = Buffer.from('\ufffd');
  let at = text.indexOf('\ufffd');
  for (let offset = Buffer.byteLength(text.slice(0, at)); bytes.subarray(offset, offset + 3).equals(replacement); ) {
    const next = text.indexOf('\ufffd', at + 1);
    offset += Buffer.byteLength(text.slice(at, next));
    at = next;
  }
  return at;
}
