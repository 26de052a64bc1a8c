import { ForgeError } from '../../errors/forge-error.js';
import { type Block, type BlockOptions, BlockReader } from '../block-reader.js';
import type { FileStatus } from '../file-status.js';

/** A line without its end. The bytes are valid until the next line is read. */
export interface Line {
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
}

const mostLineBytes = 1 << 24;
const [lineFeed, carriageReturn] = [10, 13];

/** The lines of a file, plain or gzipped, that end with LF or CRLF. */
export class LineReader {
  #bytes = 0;

  private constructor(
    private readonly path: string,
    private readonly blocks: BlockReader,
  ) {}

  static async open(path: string, options?: BlockOptions): Promise<LineReader> {
    return new LineReader(path, await BlockReader.open(path, options));
  }

  get status(): FileStatus {
    return this.blocks.status;
  }

  /** Bytes read so far, without those of compression. */
  get bytes(): number {
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.blocks.close();
  }

  /** Closes the file at its end. @throws ForgeError DATA_INVALID for a line of more than 16 MiB */
  async *lines(): AsyncGenerator<Line> {
    let number = 0;
    try {
      let block = await this.blocks.next();
      for (;;) {
        let { start } = withoutMark(block, number);
        const { bytes, end, final } = block;
        for (;;) {
          const found = bytes.subarray(start, end).indexOf(lineFeed);
          if (found < 0 && !(final && start < end)) break;
          const next = found < 0 ? end : start + found + 1;
          const last = found < 0 ? end : next - 1;
          this.#bytes += next - start;
          const text = bytes.subarray(start, bytes[last - 1] === carriageReturn && last > start ? last - 1 : last);
          start = next;
          yield { bytes: text, number: ++number };
        }
        if (final) return;
        if (end - start > mostLineBytes) throw tooLong(this.path, number + 1);
        block = await this.blocks.next(start);
      }
    } finally {
      await this.blocks.close();
    }
  }
}

/** Skips a byte order mark at the start of a file. */
function withoutMark(block: Block, number: number): { readonly start: number } {
  const { bytes, start, end } = block;
  const isMark = number === 0 && end - start >= 3 && bytes.readUIntBE(start, 3) === 0xefbbbf;
  return { start: isMark ? start + 3 : start };
}

function tooLong(path: string, number: number): ForgeError {
  return new ForgeError('DATA_INVALID', `${path}:${number}: the line has more than ${mostLineBytes >> 20} MiB.`, {
    about: path,
    hint: 'Check the line ends: is it a text file?',
  });
}
