import { createHash } from 'node:crypto';
import { type FileSummary, pieceBytes } from './checksum.js';
import { type FileLayer, systemFiles, type WritableFile } from './file-layer.js';

/**
 * Creates a file out of pieces of any size, fsyncs it, and says its checksum: each piece is hashed while the
 * system takes it, and what it has taken goes to the disk meanwhile. Nothing is joined in memory, so a file may be
 * larger than any buffer.
 * @throws what `node:fs` throws; the part that was written stays, for the caller's folder to be thrown away whole.
 */
export async function writeNewFile(
  path: string,
  parts: Iterable<Uint8Array>,
  files: FileLayer = systemFiles,
): Promise<FileSummary> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await files.create(path);
  const flush = new EarlyFlush(handle);
  try {
    for (const part of parts) {
      for (let start = 0; start < part.length; start += pieceBytes) {
        const piece = part.subarray(start, start + pieceBytes);
        const writing = writeWhole(handle, piece, bytes);
        hash.update(piece);
        await writing;
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
  return { bytes, checksum: `sha256:${hash.digest('hex')}` };
}

async function writeWhole(handle: WritableFile, piece: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await handle.write(piece, done, piece.length - done, position + done);
    if (bytesWritten === 0) {
      throw Object.assign(new Error('EIO: the system took no bytes, write'), { code: 'EIO', syscall: 'write' });
    }
    done += bytesWritten;
  }
}

/** So much is on its way to the disk before the next flush is asked for. */
const flushAtBytes = 32 * 1024 * 1024;

/**
 * Has the disk at work while there is still more to write: a system left alone begins only when asked to sync at the
 * end. A failure counts: a system reports it once, and the sync at the end would say that all is well.
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
