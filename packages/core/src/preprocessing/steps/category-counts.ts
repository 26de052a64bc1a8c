import { ForgeError } from '../../errors/forge-error.js';
import { describeCell } from './describe-cell.js';
import { type Value, ValueProblem } from './step.js';

/** More categories than this are an identifier or a free text, and would not fit in memory in the worst case. */
const mostCategories = 1_000_000;

/** A cell as a category: 1, true and "1", "true" are the same. @throws ValueProblem for arrays */
export function categoryOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ValueProblem(`is ${describeCell(value)}, not a category`);
}

/** How often each category occurs. */
export class CategoryCounts {
  readonly #counts = new Map<string, number>();

  /** @throws ForgeError DATA_INVALID for more than a million categories */
  add(category: string): void {
    const count = this.#counts.get(category);
    if (count === undefined && this.#counts.size === mostCategories) {
      throw new ForgeError('DATA_INVALID', `A column has more than ${mostCategories} different values.`, {
        hint: 'Is it an identifier or a free text? Omit it, or use tokenize().',
      });
    }
    this.#counts.set(category, (count ?? 0) + 1);
  }

  count(category: string): number {
    return this.#counts.get(category) ?? 0;
  }

  /** In order: numbers by value if all are, otherwise by UTF-16 code units, as the same everywhere. */
  sorted(): string[] {
    const categories = [...this.#counts.keys()];
    const numbers = categories.every((category) => category !== '' && String(Number(category)) === category);
    return numbers ? categories.sort((a, b) => Number(a) - Number(b)) : categories.sort();
  }

  /** The most frequent first; equally frequent ones in order. */
  byFrequency(): string[] {
    return this.sorted().sort((a, b) => this.count(b) - this.count(a));
  }
}
