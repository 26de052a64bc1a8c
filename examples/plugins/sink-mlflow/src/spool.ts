import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { type Entry, formatEntry, parseEntry } from './entry.js';

const newline = 10;
const writeAtLength = 1 << 16;
const blockSize = 1 << 18;

/** An entry, and the position in the file after it, in bytes. */
export interface SpooledEntry {
  readonly entry: Entry;
  readonly end: number;
}

/**
 * The records of a run for MLflow, in order, in an append-only file: one JSON object a line. New entries are buffered in
 * memory until `write`, or until the buffer is full.
 */
export class Spool {
  private buffer = '';
  private failure: unknown;

  private constructor(
    readonly path: string,
    private readonly descriptor: number,
    private size: number,
  ) {}

  /** Opens or creates it. Truncates an incomplete last line, which a crash may leave. */
  static open(path: string): Spool {
    const descriptor = openSync(path, 'a+');
    const { size } = fstatSync(descriptor);
    const end = endOfLastLine(descriptor, size);
    if (end < size) ftruncateSync(descriptor, end);
    return new Spool(path, descriptor, end);
  }

  /** Bytes on the disk. */
  get length(): number {
    return this.size;
  }

  add(entry: Entry): void {
    this.buffer += formatEntry(entry);
    if (this.buffer.length >= writeAtLength) this.write();
  }

  /** Writes the buffer to the operating system, so that it survives the process. After a failure it always fails. */
  write(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.buffer === '') return;
    const bytes = Buffer.from(this.buffer);
    this.buffer = '';
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done);
    } catch (error) {
      this.failure = error;
      throw error;
    }
    this.size += bytes.length;
  }

  /** Entries from a position: as many as fit a block, and at least one if there is any. */
  read(from: number): SpooledEntry[] {
    for (let length = blockSize; ; length *= 4) {
      const block = Buffer.alloc(Math.min(length, this.size - from));
      const count = readSync(this.descriptor, block, 0, block.length, from);
      const end = block.subarray(0, count).lastIndexOf(newline);
      if (end >= 0) return parseLines(block.subarray(0, end + 1), from);
      if (from + block.length >= this.size) return [];
    }
  }

  /** All entries, in bounded memory. */
  async *entries(): AsyncGenerator<Entry> {
    for (let at = 0; at < this.size; ) {
      const entries = this.read(at);
      for (const { entry } of entries) yield entry;
      at = entries.at(-1)?.end ?? this.size;
      await new Promise(setImmediate);
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function parseLines(bytes: Buffer, from: number): SpooledEntry[] {
  const entries: SpooledEntry[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start) + 1;
    entries.push({ entry: parseEntry(bytes.toString('utf8', start, end - 1)), end: from + end });
    start = end;
  }
  return entries;
}

function endOfLastLine(descriptor: number, size: number): number {
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - blockSize);
    const block = Buffer.alloc(end - start);
    readSync(descriptor, block, 0, block.length, start);
    const last = block.lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}
