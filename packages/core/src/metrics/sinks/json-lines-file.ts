import { closeSync, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { openForChange } from '../../fs/safe-files.js';
import { AppendFile } from './append-file.js';
import { LateEncoding } from './late-encoding.js';

const newline = 10;
const blockSize = 1 << 16;

/** Appends records to a file as lines, buffered as `AppendFile` says. */
export class JsonLinesFile<T> {
  private readonly file: AppendFile;
  private readonly lines: LateEncoding<T>;
  private text = '';

  /**
   * Removes text after the last newline, which a crash has truncated.
   * @param line of a record, with its newline
   * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE
   */
  constructor(path: string, line: (record: T) => string) {
    removePartialLine(path);
    this.lines = new LateEncoding((record) => {
      this.text += line(record);
    });
    this.file = new AppendFile(path, 'a', () => this.takeBytes());
  }

  /** @param record one that does not change later */
  append(record: T): void {
    this.lines.add(record);
    this.file.grown(this.text.length);
  }

  get retries(): boolean {
    return this.file.retries;
  }

  flush(): Promise<void> {
    return this.file.flush();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private takeBytes(): Uint8Array {
    this.lines.finish();
    const bytes = Buffer.from(this.text);
    this.text = '';
    return bytes;
  }
}

function removePartialLine(path: string): void {
  let descriptor: number;
  try {
    descriptor = openForChange(path, 'r+');
  } catch (error) {
    if (isMissing(error)) return;
    throw fsError(error, path, 'write');
  }
  try {
    const size = fstatSync(descriptor).size;
    const whole = endOfLastLine(descriptor, size);
    if (whole < size) ftruncateSync(descriptor, whole);
  } catch (error) {
    throw fsError(error, path, 'write');
  } finally {
    closeSync(descriptor);
  }
}

function endOfLastLine(descriptor: number, size: number): number {
  const block = Buffer.alloc(blockSize);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - blockSize);
    const count = readSync(descriptor, block, 0, end - start, start);
    const last = block.subarray(0, count).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}
