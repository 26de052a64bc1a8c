/** What quantizing weights again, after adapters were merged into them, changes of their numbers. */
export class Rounding {
  #weights = 0;
  #numbers = 0;
  #largest = 0;
  /** Sums of squares. */
  #errors = 0;
  #changes = 0;
  #wholes = 0;

  /** The greatest difference of a number from the exact sum. */
  get largest(): number {
    return this.#largest;
  }

  /** The root mean square of the differences, divided by that of the exact sums. */
  get ofWeights(): number {
    return ratio(this.#errors, this.#wholes);
  }

  /** The same, divided by that of what the adapters add: with 1, as much is lost as they add. */
  get ofAdapters(): number {
    return ratio(this.#errors, this.#changes);
  }

  /**
   * Counts a weight.
   * @param before without its adapter
   * @param exact with its adapter
   * @param stored quantized again
   */
  add(before: Float64Array, exact: Float64Array, stored: Float64Array): void {
    this.#weights++;
    this.#numbers += exact.length;
    for (const [at, number] of exact.entries()) {
      const error = Math.abs(stored[at]! - number);
      this.#largest = Math.max(this.#largest, error);
      this.#errors += error ** 2;
      this.#changes += (number - before[at]!) ** 2;
      this.#wholes += number ** 2;
    }
  }

  /** In words; undefined where no weight was quantized again. */
  get note(): string | undefined {
    if (this.#weights === 0) return undefined;
    const weights = this.#weights === 1 ? '1 weight' : `${this.#weights} weights`;
    const share = (value: number) => `${(100 * value).toPrecision(2)} %`;
    return (
      `Merging quantized ${weights} again (${this.#numbers.toLocaleString('en-US')} numbers): ` +
      `largest change ${this.#largest.toPrecision(2)}, RMS ${share(this.ofWeights)} of the weights and ` +
      `${share(this.ofAdapters)} of what the adapters add. --no-merge exports exactly what was trained.`
    );
  }
}

function ratio(squares: number, of: number): number {
  return of === 0 ? 0 : Math.sqrt(squares / of);
}
