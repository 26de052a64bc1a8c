const slots = 1024;
/** Longer strings seldom repeat. */
export const longestCached = 32;
/** Misses after which it is checked whether the cache is of use. */
const trial = 4096;

/** Recent strings of one column by their bytes: categories are found instead of decoded, and share memory. */
export class StringCache {
  readonly #texts: (string | undefined)[] = new Array(slots).fill(undefined);
  readonly #values: (string | null)[] = new Array(slots).fill(null);
  #hits = 0;
  #misses = 0;
  /** Whether values repeat. */
  useful = true;

  /**
   * The value of ASCII bytes that was stored before; undefined if it was not.
   * @param hash of the bytes
   */
  find(bytes: Uint8Array, start: number, end: number, hash: number): string | null | undefined {
    const slot = hash & (slots - 1);
    const text = this.#texts[slot];
    if (text === undefined || text.length !== end - start) return undefined;
    for (let at = start; at < end; at++) if (text.charCodeAt(at - start) !== bytes[at]) return undefined;
    this.#hits++;
    return this.#values[slot]!;
  }

  store(text: string, hash: number, value: string | null): void {
    const slot = hash & (slots - 1);
    this.#texts[slot] = text;
    this.#values[slot] = value;
    if (++this.#misses % trial === 0) this.useful = this.#hits > this.#misses / 8;
  }
}
