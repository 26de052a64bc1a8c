import { isObject } from '../../../json/is-object.js';
import { decodeNumber } from '../../../json/json-number.js';
import { ExactSum } from './exact-sum.js';

/** Exact sums by a whole number: a class, a column, a cell of a matrix. */
export class SumTable {
  readonly #sums = new Map<number, ExactSum>();

  /** Adds to a sum, which exists from then on, if only as 0. */
  at(key: number): ExactSum {
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      sum = new ExactSum();
      this.#sums.set(key, sum);
    }
    return sum;
  }

  has(key: number): boolean {
    return this.#sums.has(key);
  }

  /** The sum, rounded once; 0 for one that does not exist. */
  value(key: number): number {
    return this.#sums.get(key)?.value ?? 0;
  }

  /** The keys of the sums that exist, in ascending order. */
  get keys(): number[] {
    return [...this.#sums.keys()].sort((a, b) => a - b);
  }

  merge(other: SumTable): void {
    for (const [key, sum] of other.#sums) this.at(key).merge(sum);
  }

  /** As JSON: the doubles of each sum by its key. */
  get state(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(Array.from(this.#sums, ([key, sum]) => [key, sum.state]));
  }

  /** @param state an earlier `state`, read back from JSON; anything else starts empty */
  static from(state: unknown): SumTable {
    const table = new SumTable();
    if (!isObject(state)) return table;
    for (const [key, terms] of Object.entries(state)) {
      if (!Array.isArray(terms)) continue;
      const numbers = terms.map(decodeNumber);
      if (numbers.every((number) => number !== undefined)) table.#sums.set(Number(key), ExactSum.from(numbers));
    }
    return table;
  }
}
