import type { FileHandle } from 'node:fs/promises';

/**
 * Reads a file to its end, chunk by chunk, into one reused buffer: a file of any size needs the memory of one
 * chunk, or of the longest part that the caller needs whole.
 */
export class ChunkReader {
  private buffer: Buffer;
  private filled = 0;

  /**
   * @param chunkBytes how much is read at once
   * @param position where to start, in bytes
   */
  constructor(
    private readonly handle: FileHandle,
    chunkBytes: number,
    private position = 0,
  ) {
    this.buffer = Buffer.allocUnsafe(chunkBytes);
  }

  /** The bytes not yet dropped, and more of the file after them, valid until the next call; undefined at its end. */
  async more(): Promise<Buffer | undefined> {
    if (this.filled === this.buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.buffer.length);
      this.buffer.copy(larger);
      this.buffer = larger;
    }
    const room = this.buffer.length - this.filled;
    const { bytesRead } = await this.handle.read(this.buffer, this.filled, room, this.position);
    if (bytesRead === 0) return undefined;
    this.position += bytesRead;
    this.filled += bytesRead;
    return this.buffer.subarray(0, this.filled);
  }

  /** Drops that many of the buffered bytes, from their start. */
  drop(count: number): void {
    this.buffer.copyWithin(0, count, this.filled);
    this.filled -= count;
  }
}
