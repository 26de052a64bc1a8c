import type { FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ForgeError, messageOf } from '../errors/forge-error.js';
import { fsError } from '../fs/fs-error.js';
import { openRegularFile } from '../fs/open-regular-file.js';
import { type FileStatus, requireUnchanged, statusOf } from './file-status.js';

/** Bytes of a file. `bytes[end]` is free: a parser may write an end mark there. */
export interface Block {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Whether nothing comes after it. */
  readonly final: boolean;
}

/** Bytes that are read at once: larger ones are no faster. */
const defaultBlockBytes = 1 << 20;

export interface BlockOptions {
  /** The status that an earlier reader of the file had. */
  readonly expected?: FileStatus | undefined;
  /** For tests. */
  readonly blockBytes?: number | undefined;
}

/** Reads a file in blocks, plain or gzipped (by its first bytes). Reads the next block while the last one is parsed. */
export class BlockReader {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #gunzipped: AsyncIterator<Buffer> | undefined;
  readonly #blockBytes: number;
  /** Room before each block for the unfinished row of the last one; a longer row is copied to a larger block. */
  readonly #margin: number;
  #position = 0;
  #piece: Buffer | undefined;
  #spare: Buffer | undefined;
  #last: Block | undefined;
  #reading: Promise<Filled> | undefined;

  private constructor(
    path: string,
    handle: FileHandle,
    readonly status: FileStatus,
    isGzip: boolean,
    blockBytes: number,
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#blockBytes = blockBytes;
    this.#margin = blockBytes >> 4;
    if (isGzip) this.#gunzipped = gunzip(handle);
  }

  /** @throws ForgeError FILE_SYSTEM; DATA_INVALID if the file has changed */
  static async open(path: string, options: BlockOptions = {}): Promise<BlockReader> {
    const { expected, blockBytes = defaultBlockBytes } = options;
    const handle = await openRegularFile(path).catch((error: unknown) => {
      throw fsError(error, path, 'read');
    });
    try {
      const status = await statusOf(handle);
      if (expected !== undefined) requireUnchanged(path, expected, status);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      const isGzip = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
      return new BlockReader(path, handle, status, isGzip, blockBytes);
    } catch (error) {
      await handle.close();
      throw fsError(error, path, 'read');
    }
  }

  /** Whether the file is compressed, so that its size is not that of its contents. */
  get isGzip(): boolean {
    return this.#gunzipped !== undefined;
  }

  /**
   * The rest of the last block from `from` on, and the bytes after it; the last block must not be used any more.
   * @throws ForgeError DATA_INVALID if the file changed, or is no valid gzip
   */
  async next(from = 0): Promise<Block> {
    const last = this.#last;
    const margin = this.#margin;
    const { bytes, length } = await (this.#reading ?? this.#fill());
    if (length === 0) requireUnchanged(this.#path, this.status, await statusOf(this.#handle));
    const rest = last === undefined ? 0 : last.end - from;
    let joined = bytes;
    let start = margin - rest;
    if (rest > margin) {
      joined = Buffer.allocUnsafe(rest + length + 1);
      bytes.copy(joined, rest, margin, margin + length);
      start = 0;
    }
    last?.bytes.copy(joined, start, from, last.end);
    this.#last = { bytes: joined, start, end: start + rest + length, final: length === 0 };
    this.#spare = last?.bytes.length === bytes.length ? last.bytes : undefined;
    this.#reading = length === 0 ? undefined : this.#fill();
    // An error is reported when the block is asked for.
    this.#reading?.catch(() => undefined);
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    await this.#gunzipped?.return?.();
    await this.#handle.close();
  }

  async #fill(): Promise<Filled> {
    const bytes = this.#spare ?? Buffer.allocUnsafe(this.#margin + this.#blockBytes + 1);
    this.#spare = undefined;
    try {
      if (this.#gunzipped !== undefined) return { bytes, length: await this.#inflate(bytes, this.#gunzipped) };
      const { bytesRead } = await this.#handle.read(bytes, this.#margin, this.#blockBytes, this.#position);
      this.#position += bytesRead;
      return { bytes, length: bytesRead };
    } catch (error) {
      throw fsError(error, this.#path, 'read');
    }
  }

  async #inflate(into: Buffer, source: AsyncIterator<Buffer>): Promise<number> {
    let length = 0;
    while (length < this.#blockBytes) {
      if (this.#piece === undefined || this.#piece.length === 0) {
        const result = await source.next().catch((error: unknown) => {
          const message = `${this.#path} cannot be decompressed: ${messageOf(error)}.`;
          throw new ForgeError('DATA_INVALID', message, {
            about: this.#path,
            hint: 'Get the file again.',
            cause: error,
          });
        });
        if (result.done) return length;
        this.#piece = result.value;
      }
      const taken = this.#piece.subarray(0, this.#blockBytes - length);
      taken.copy(into, this.#margin + length);
      length += taken.length;
      this.#piece = this.#piece.subarray(taken.length);
    }
    return length;
  }
}

interface Filled {
  readonly bytes: Buffer;
  readonly length: number;
}

function gunzip(handle: FileHandle): AsyncIterator<Buffer> {
  const compressed = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 18 });
  const plain = createGunzip({ chunkSize: 1 << 18 });
  compressed.on('error', (error) => plain.destroy(error));
  return compressed.pipe(plain)[Symbol.asyncIterator]();
}
