import { ForgeError } from '../errors/forge-error.js';
import { childKey, high, keyOfSeed, low, purpose } from './key.js';
import { threefry4x32, type Words } from './threefry.js';

/** The generator's name, stored in checkpoints: another generator draws other numbers. */
export const algorithm = 'threefry4x32-20';

/** A stream as plain data: to continue it in another thread. */
export interface RandomState {
  readonly key: Words;
  readonly position: number;
}

/**
 * A stream of random numbers that is a pure function of (seed, stream, position). The position is the only state: set
 * it to draw the same numbers again.
 */
export class RandomStream {
  readonly #key: Words;
  readonly #words = new Uint32Array(4);
  /** The index of the block of four words in `#words`; -1 for none. */
  #block = -1;
  #position = 0;

  private constructor(key: Words) {
    this.#key = key;
  }

  /**
   * @param seed any safe integer.
   * @param stream a name or a safe integer; different streams of one seed are independent.
   * @throws ForgeError USAGE for a seed or a stream number that is not a safe integer.
   */
  static of(seed: number, stream: string | number): RandomStream {
    return new RandomStream(childKey(keyOfSeed(seed), stream));
  }

  /** The stream that another thread was at. */
  static from({ key, position }: RandomState): RandomStream {
    const stream = new RandomStream(key);
    stream.position = position;
    return stream;
  }

  get state(): RandomState {
    return { key: this.#key, position: this.#position };
  }

  /** An independent stream for each child, regardless of what was drawn from this one. */
  child(child: string | number): RandomStream {
    return new RandomStream(childKey(this.#key, child));
  }

  /** Number of 32-bit words drawn so far. */
  get position(): number {
    return this.#position;
  }

  set position(position: number) {
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new ForgeError('USAGE', `A random stream has no position ${position}.`, { about: 'position' });
    }
    this.#position = position;
  }

  /** A uniform integer in [0, 2^32). Uses one word. */
  uint32(): number {
    const position = this.#position++;
    const block = Math.floor(position / 4);
    if (block !== this.#block) {
      threefry4x32(this.#key, low(block), high(block), purpose.draw, 0, this.#words);
      this.#block = block;
    }
    return this.#words[position % 4]!;
  }

  /** A uniform float in [0, 1) with 53 random bits. Uses two words. */
  float(): number {
    const upper = this.uint32() >>> 5;
    return (upper * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /**
   * A uniform integer in [0, n), by rejection sampling.
   * @throws ForgeError USAGE unless n is an integer from 1 to 2^32.
   */
  below(n: number): number {
    if (!(n >= 1 && n <= 2 ** 32 && Number.isInteger(n))) {
      throw new ForgeError('USAGE', `below(n) takes a whole number from 1 to 2^32, not ${n}.`, { about: 'n' });
    }
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % n;
  }

  /** A draw from the standard normal distribution (Box and Muller, 1958). Uses four words. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return radius * Math.cos(2 * Math.PI * this.float());
  }
}

/** Words `position` to `position + count` of a stream, each from 0 to 2^32 - 1. */
export function random(seed: number, stream: string | number, position: number, count = 1): Uint32Array {
  const source = RandomStream.of(seed, stream);
  source.position = position;
  return Uint32Array.from({ length: count }, () => source.uint32());
}
