import type { FileHandle } from 'node:fs/promises';

/**
 * Reads a file from its start, piece by piece, into one buffer that is used again and again: a file of any size takes
 * the memory of one piece, or of the longest part that has to be seen whole.
 */
export class ChunkReader {
  private buffer: Buffer;
  private waiting = 0;

  /** @param pieceBytes how much is read at once */
  constructor(
    private readonly handle: FileHandle,
    pieceBytes: number,
  ) {
    this.buffer = Buffer.allocUnsafe(pieceBytes);
  }

  /** What waits, and more of the file after it, valid until the next call; undefined where nothing follows. */
  async more(): Promise<Buffer | undefined> {
    if (this.waiting === this.buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.buffer.length);
      this.buffer.copy(larger);
      this.buffer = larger;
    }
    const { bytesRead } = await this.handle.read(this.buffer, this.waiting, this.buffer.length - this.waiting);
    if (bytesRead === 0) return undefined;
    this.waiting += bytesRead;
    return this.buffer.subarray(0, this.waiting);
  }

  /** Forgets so many of the bytes that wait, from their start. */
  drop(count: number): void {
    this.buffer.copyWithin(0, count, this.waiting);
    this.waiting -= count;
  }
}
