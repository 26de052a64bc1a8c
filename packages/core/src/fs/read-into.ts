import type { FileHandle } from 'node:fs/promises';
import { chunkBytes } from './checksum.js';

/** Memory to be filled from a position in a file. */
export interface ReadTarget {
  readonly bytes: Uint8Array;
  readonly position: number;
}

/** The file ended before the memory was full. */
export class EndOfFile extends Error {
  constructor(readonly position: number) {
    super(`the file ends at byte ${position}`);
  }
}

/** Concurrent reads: two threads of the system copy while this one processes a piece. */
const inFlight = 3;

/**
 * Fills memory from a file, in pieces, and passes each piece to `onPiece`, in order.
 * @param targets iterated lazily, so that a generator can allocate one at a time
 * @throws EndOfFile, what `node:fs` throws, and what `targets` and `onPiece` throw; no read is pending any more
 */
export async function readInto(
  handle: FileHandle,
  targets: Iterable<ReadTarget>,
  onPiece: (piece: Uint8Array) => void,
): Promise<void> {
  const reading: Promise<Uint8Array>[] = [];
  const next = async () => onPiece(await reading.shift()!);
  try {
    for (const { bytes, position } of targets) {
      for (let start = 0; start < bytes.length; start += chunkBytes) {
        if (reading.length === inFlight) await next();
        const piece = readWhole(handle, bytes.subarray(start, start + chunkBytes), position + start);
        // An error is reported when the piece is processed, not as an unhandled rejection.
        piece.catch(() => undefined);
        reading.push(piece);
      }
    }
    while (reading.length > 0) await next();
  } finally {
    await Promise.allSettled(reading);
  }
}

async function readWhole(handle: FileHandle, piece: Uint8Array, position: number): Promise<Uint8Array> {
  for (let done = 0; done < piece.length; ) {
    const { bytesRead } = await handle.read(piece, done, piece.length - done, position + done);
    if (bytesRead === 0) throw new EndOfFile(position + done);
    done += bytesRead;
  }
  return piece;
}
