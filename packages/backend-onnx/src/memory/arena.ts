/** Allocations are multiples of this. */
const granularity = 256;
/** The size of the first region; each next one has twice that of the last, up to the largest. */
const [firstRegion, largestRegion] = [2 ** 20, 2 ** 30];
/** A block that is less than twice as large as what is asked for is given as a whole, if that wastes no more than this. */
const mostWasted = 128 * 2 ** 20;

/** A part of a region. */
export interface Block {
  readonly region: number;
  offset: number;
  bytes: number;
  free: boolean;
  before: Block | undefined;
  after: Block | undefined;
}

/**
 * ONNX Runtime's arena for the memory of the CPU (`BFCArena` in onnxruntime/core/framework/bfc_arena.cc), without the
 * memory: it keeps what is freed, and gives the smallest free block that is large enough. Fragmentation costs up to a
 * third more than what is in use.
 */
export class Arena {
  /** The bytes of each region that were ever in use, from its start: pages that are never used take no memory. */
  readonly #touched: number[] = [];
  readonly #free = new Set<Block>();
  #nextRegion = firstRegion;

  /** Memory in use at some time, in bytes. */
  get touched(): number {
    return this.#touched.reduce((sum, bytes) => sum + bytes, 0);
  }

  allocate(bytes: number): Block {
    const size = Math.max(1, Math.ceil(bytes / granularity)) * granularity;
    const block = this.#smallestFor(size) ?? this.#extend(size);
    this.#free.delete(block);
    if (block.bytes >= 2 * size || block.bytes - size >= mostWasted) this.#split(block, size);
    block.free = false;
    this.#touched[block.region] = Math.max(this.#touched[block.region]!, block.offset + bytes);
    return block;
  }

  release(block: Block): void {
    block.free = true;
    const { after, before } = block;
    if (after?.free) this.#merge(block, after);
    if (before?.free) this.#merge(before, block);
    else this.#free.add(block);
  }

  #smallestFor(size: number): Block | undefined {
    let best: Block | undefined;
    for (const block of this.#free) {
      if (block.bytes < size) continue;
      if (best === undefined || block.bytes < best.bytes || (block.bytes === best.bytes && isLower(block, best))) {
        best = block;
      }
    }
    return best;
  }

  #extend(size: number): Block {
    const isLarge = size > this.#nextRegion;
    while (size > this.#nextRegion) this.#nextRegion *= 2;
    const region = this.#touched.length;
    const bytes = this.#nextRegion;
    if (!isLarge) this.#nextRegion = Math.min(2 * this.#nextRegion, Math.max(largestRegion, this.#nextRegion));
    this.#touched.push(0);
    return { region, offset: 0, bytes, free: true, before: undefined, after: undefined };
  }

  #split(block: Block, size: number): void {
    const { region, offset, bytes, after } = block;
    const rest: Block = { region, offset: offset + size, bytes: bytes - size, free: true, before: block, after };
    if (after) after.before = rest;
    block.after = rest;
    block.bytes = size;
    this.#free.add(rest);
  }

  /** Both are free, and `second` follows `first`. */
  #merge(first: Block, second: Block): void {
    this.#free.delete(second);
    first.bytes += second.bytes;
    first.after = second.after;
    if (second.after) second.after.before = first;
  }
}

function isLower(one: Block, other: Block): boolean {
  return one.region === other.region ? one.offset < other.offset : one.region < other.region;
}
