import { readSync } from 'node:fs';

/** Smaller tensors are kept: reading them again would take longer than it saves. */
export const leastLazyBytes = 65_536;

/** The bytes of an encoded message, of which some may be in memory at a time. */
export interface ByteSource {
  readonly length: number;
  /** Bytes `from` … `from + length` at least, all of them inside the source. Valid until the next call. */
  load(from: number, length: number): Loaded;
  /** Whether large tensors can be read later: they are then skipped. */
  readonly isFile: boolean;
}

export interface Loaded {
  readonly bytes: Uint8Array;
  /** The position of the first one in the source. */
  readonly start: number;
}

/** Bytes of a file that were skipped. */
export class UnreadBytes {
  constructor(
    readonly offset: number,
    readonly length: number,
  ) {}
}

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { length: bytes.length, isFile: false, load: () => ({ bytes, start: 0 }) };
}

/** What is read of a file at once, at least. */
const windowBytes = 65_536;

/**
 * An open file, read where it is decoded.
 * @param length its size when it was opened: some system files never end
 */
export function bytesOfFile(descriptor: number, length: number): ByteSource {
  return {
    length,
    isFile: true,
    load(from, wanted) {
      const bytes = new Uint8Array(Math.min(length - from, Math.max(wanted, windowBytes)));
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(descriptor, bytes, done, Math.min(bytes.length - done, 2 ** 30), from + done);
        if (count === 0) throw new Error('it became shorter while it was read');
        done += count;
      }
      return { bytes, start: from };
    },
  };
}
