import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type FileSummary, pieceBytes } from './checksum.js';

/**
 * Creates a file out of pieces of any size, fsyncs it, and says its checksum: each piece is hashed while the
 * system writes it. Nothing is joined in memory, so a file may be larger than any buffer.
 * @throws what `node:fs` throws; the part that was written stays, for the caller's folder to be thrown away whole.
 */
export async function writeNewFile(path: string, parts: Iterable<Uint8Array>): Promise<FileSummary> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(path, 'wx');
  try {
    for (const part of parts) {
      for (let start = 0; start < part.length; ) {
        const piece = part.subarray(start, start + pieceBytes);
        const writing = handle.write(piece, 0, piece.length, bytes);
        hash.update(piece);
        let { bytesWritten } = await writing;
        // A system may take less than it was given, for instance just before the disk is full.
        while (bytesWritten < piece.length) {
          const rest = await handle.write(piece, bytesWritten, piece.length - bytesWritten, bytes + bytesWritten);
          bytesWritten += rest.bytesWritten;
        }
        start += piece.length;
        bytes += piece.length;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, checksum: `sha256:${hash.digest('hex')}` };
}
