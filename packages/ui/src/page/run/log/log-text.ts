import type { LogChunk } from '../../../protocol/run-view.js';

/** A part of a console log, which a page has. */
export interface LogText {
  readonly blocks: readonly LogBlock[];
  /** The bytes of the log that it is. */
  readonly from: number;
  readonly to: number;
  /** Bytes of the whole log. */
  readonly size: number;
}

/** A block is drawn as one text; only the last one grows. */
export interface LogBlock {
  readonly from: number;
  readonly to: number;
  readonly raw: string;
}

type Part = Pick<LogChunk, 'text' | 'from' | 'to'>;

/** Characters of a block that grows. */
const blockSize = 64 << 10;
/** Characters that a page keeps: more would use much memory, and is searched better in the file. */
const mostKept = 16 << 20;

export function startOfLog({ text, from, to, size }: LogChunk): LogText {
  return { blocks: [{ from, to, raw: text }], from, to, size };
}

/** With new text at its end. Undefined if there is text between: then it is to be read first. */
export function withNewer(log: LogText, part: Part): LogText | undefined {
  if (part.to <= log.to) return log;
  if (part.from !== log.to) return undefined;
  const last = log.blocks.at(-1)!;
  const blocks =
    last.raw.length < blockSize
      ? [...log.blocks.slice(0, -1), { from: last.from, to: part.to, raw: last.raw + part.text }]
      : [...log.blocks, { from: part.from, to: part.to, raw: part.text }];
  return bounded({ ...log, blocks, to: part.to, size: Math.max(log.size, part.to) });
}

/** With older text before it. The part may overlap with what is known. */
export function withOlder(log: LogText, part: Part): LogText {
  if (part.from >= log.from || part.to < log.from) return log;
  const raw = part.to === log.from ? part.text : part.text.slice(0, part.text.length - overlap(log, part));
  return { ...log, blocks: [{ from: part.from, to: log.from, raw }, ...log.blocks], from: part.from };
}

/** Whether there is older text, which the page can still take. */
export function hasOlder(log: LogText): boolean {
  return log.from > 0 && lengthOf(log) < mostKept;
}

/**
 * How many characters at the end of the part are those at the start of the log. Bytes that are not UTF-8 are one
 * character each, so that they cannot be counted; then the text is compared.
 */
function overlap(log: LogText, part: Part): number {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(part.text);
  const known = part.to - log.from;
  if (bytes.length === part.to - part.from) return new TextDecoder().decode(bytes.subarray(-known)).length;
  const start = log.blocks[0]!.raw.slice(0, 4096);
  const at = part.text.lastIndexOf(start.slice(0, Math.min(start.length, known)));
  return at === -1 ? Math.min(known, part.text.length) : part.text.length - at;
}

/** Without its oldest blocks, if it has become too long. */
function bounded(log: LogText): LogText {
  let length = lengthOf(log);
  let dropped = 0;
  while (length > mostKept && dropped < log.blocks.length - 1) length -= log.blocks[dropped++]!.raw.length;
  if (dropped === 0) return log;
  const blocks = log.blocks.slice(dropped);
  return { ...log, blocks, from: blocks[0]!.from };
}

function lengthOf({ blocks }: LogText): number {
  return blocks.reduce((sum, { raw }) => sum + raw.length, 0);
}
