/**
 * Encoded elements in blocks of about a megabyte. A block is a little-endian u32 with the number of its elements, a u32
 * with the size of each, then the elements.
 */
const blockBytes = 1024 * 1024;
/** Far below the largest Buffer and the largest u32. */
export const maxElementBytes = 1024 ** 3;

export class BlockBuilder {
  #elements: Uint8Array[] = [];
  #bytes = 0;

  /** Adds an element. @returns the block, if it is full now */
  add(element: Uint8Array): Buffer | undefined {
    this.#elements.push(element);
    this.#bytes += element.length;
    return this.#bytes < blockBytes ? undefined : this.take();
  }

  /** The elements since the last block; undefined if there are none. */
  take(): Buffer | undefined {
    const elements = this.#elements;
    if (elements.length === 0) return undefined;
    const sizes = Uint32Array.from([elements.length, ...elements.map(({ length }) => length)]);
    this.#elements = [];
    this.#bytes = 0;
    return Buffer.concat([new Uint8Array(sizes.buffer), ...elements]);
  }
}

/** Where the elements of all blocks are. */
export class ElementPlaces {
  /** By element: the number of its block, and its first and last byte in it. */
  readonly #blocks: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #added = 0;

  get length(): number {
    return this.#blocks.length;
  }

  /** Adds the elements of the next block. @returns false if its sizes do not add up */
  add(block: Buffer): boolean {
    if (block.length < 4) return false;
    const count = block.readUInt32LE(0);
    let end = 4 + 4 * count;
    if (end > block.length) return false;
    for (let at = 1; at <= count; at++) {
      const start = end;
      end += block.readUInt32LE(4 * at);
      this.#blocks.push(this.#added);
      this.#starts.push(start);
      this.#ends.push(end);
    }
    this.#added++;
    return end === block.length;
  }

  of(index: number): { readonly block: number; readonly start: number; readonly end: number } {
    return { block: this.#blocks[index]!, start: this.#starts[index]!, end: this.#ends[index]! };
  }
}
