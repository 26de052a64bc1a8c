import { chunkBytes, crc32Summer, type FileSummary } from './checksum.js';
import { type FileSystem, nodeFileSystem, type WritableFile } from './file-system.js';

/** Bytes to write, and a function that inspects each piece; an error it throws stops the writing. */
export interface FilePart {
  readonly bytes: Uint8Array;
  readonly inspect?: (piece: Uint8Array) => void;
}

/**
 * Creates a file out of parts of any size, fsyncs it, and returns its size and checksum. Each piece is inspected and
 * added to the checksum while the system writes it. Nothing is joined in memory, so a file may be larger than any
 * buffer.
 * @throws what `node:fs` or an inspection throws; the partial file stays, and the caller removes its folder.
 */
export async function writeNewFile(
  path: string,
  parts: Iterable<FilePart>,
  files: FileSystem = nodeFileSystem,
): Promise<FileSummary> {
  const summer = crc32Summer();
  let bytes = 0;
  const handle = await files.create(path);
  const flush = new EarlyFlush(handle);
  try {
    for (const part of parts) {
      for (let start = 0; start < part.bytes.length; start += chunkBytes) {
        const piece = part.bytes.subarray(start, start + chunkBytes);
        const writing = writeWhole(handle, piece, bytes);
        try {
          part.inspect?.(piece);
          summer.update(piece);
        } finally {
          await writing;
        }
        bytes += piece.length;
        flush.grown(piece.length);
      }
    }
    await flush.settled();
    await handle.sync();
  } finally {
    await flush.settled().catch(() => undefined);
    await handle.close();
  }
  return { bytes, checksum: summer.checksum() };
}

async function writeWhole(handle: WritableFile, piece: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await handle.write(piece, done, piece.length - done, position + done);
    if (bytesWritten === 0) {
      throw Object.assign(new Error('EIO: the system wrote no bytes, write'), { code: 'EIO', syscall: 'write' });
    }
    done += bytesWritten;
  }
}

/** Bytes written before the next flush starts. */
const flushAtBytes = 32 * 1024 * 1024;

/**
 * Starts flushing to the disk while there is more to write; otherwise the system would start at the final sync. A
 * failure is kept, because the system reports it only once and the final sync would succeed.
 */
class EarlyFlush {
  readonly #handle: WritableFile;
  #waiting = 0;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(handle: WritableFile) {
    this.#handle = handle;
  }

  grown(bytes: number): void {
    this.#waiting += bytes;
    if (this.#running !== undefined || this.#waiting < flushAtBytes) return;
    this.#waiting = 0;
    this.#running = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async settled(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
