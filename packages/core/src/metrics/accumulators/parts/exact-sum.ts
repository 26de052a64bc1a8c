/** Splits a double into halves whose products are exact. */
const splitter = 2 ** 27 + 1;

/**
 * The sum of doubles without rounding, so that the order of the terms and how they are grouped change nothing. Kept as
 * doubles that do not overlap: Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
 * Predicates", 1997; rounded once when it is read, as Python's `math.fsum`. A sum beyond 1.8e308 becomes infinite.
 */
export class ExactSum {
  #partials: number[] = [];
  /** The sum of the terms that are not finite. */
  #special = 0;

  add(term: number): void {
    if (!Number.isFinite(term)) {
      this.#special += term;
      return;
    }
    const partials = this.#partials;
    let rest = term;
    let kept = 0;
    for (let at = 0; at < partials.length; at++) {
      const partial = partials[at]!;
      const [large, small] = Math.abs(rest) < Math.abs(partial) ? [partial, rest] : [rest, partial];
      const sum = large + small;
      if (!Number.isFinite(sum)) {
        this.#partials = [];
        this.#special += sum;
        return;
      }
      const error = small - (sum - large);
      if (error !== 0) partials[kept++] = error;
      rest = sum;
    }
    partials.length = kept;
    if (rest !== 0) partials.push(rest);
  }

  /** Adds `a × b` without rounding, unless it is smaller than 1e-290 or larger than 1e290. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    this.add(product);
    const error = errorOfProduct(a, b, product);
    if (Number.isFinite(error)) this.add(error);
  }

  merge(other: ExactSum): void {
    for (const partial of other.#partials) this.add(partial);
    this.#special += other.#special;
  }

  /** The sum, rounded once. */
  get value(): number {
    if (this.#special !== 0) return this.#special;
    const partials = this.#partials;
    let at = partials.length - 1;
    if (at < 0) return 0;
    let sum = partials[at]!;
    let error = 0;
    while (at > 0 && error === 0) {
      const before = sum;
      const next = partials[--at]!;
      sum = before + next;
      error = next - (sum - before);
    }
    // A tie is broken by what follows.
    if (at > 0 && Math.sign(error) === Math.sign(partials[at - 1]!)) {
      const doubled = error * 2;
      const further = sum + doubled;
      if (further - sum === doubled) return further;
    }
    return sum;
  }

  /** The sum in units of 2^-1074; undefined if it is not finite. */
  get units(): bigint | undefined {
    if (this.#special !== 0) return undefined;
    return this.#partials.reduce((sum, partial) => sum + unitsOf(partial), 0n);
  }

  /** All that is needed to continue with the same bits. */
  get state(): readonly number[] {
    return this.#special === 0 ? this.#partials : [...this.#partials, this.#special];
  }

  /** @param state what `state` was */
  static from(state: readonly number[]): ExactSum {
    const sum = new ExactSum();
    sum.#partials = state.filter(Number.isFinite);
    for (const term of state) if (!Number.isFinite(term)) sum.#special += term;
    return sum;
  }
}

/** `a × b - product` exactly: Dekker, "A floating-point technique for extending the available precision", 1971. */
export function errorOfProduct(a: number, b: number, product = a * b): number {
  const [aHigh, bHigh] = [highHalf(a), highHalf(b)];
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function highHalf(value: number): number {
  const scaled = splitter * value;
  return scaled - (scaled - value);
}

const bits = new DataView(new ArrayBuffer(8));

function unitsOf(value: number): bigint {
  bits.setFloat64(0, value);
  const encoded = bits.getBigUint64(0);
  const exponent = (encoded >> 52n) & 0x7ffn;
  const fraction = encoded & 0xf_ffff_ffff_ffffn;
  const units = exponent === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (exponent - 1n);
  return value < 0 ? -units : units;
}

/** The double next to `numerator / denominator`, for a denominator above 0. */
export function ratioOf(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -ratioOf(-numerator, denominator);
  const shift = lengthOf(denominator) - lengthOf(numerator) + 80;
  const [above, below] =
    shift < 0 ? [numerator, denominator << BigInt(-shift)] : [numerator << BigInt(shift), denominator];
  // The last bit stands for all that was cut off: it decides a tie.
  const quotient = above % below === 0n ? above / below : (above / below) | 1n;
  // In two parts: one power alone may be out of range.
  const half = Math.trunc(shift / 2);
  return Number(quotient) * 2 ** -half * 2 ** -(shift - half);
}

function lengthOf(value: bigint): number {
  return value.toString(2).length;
}
