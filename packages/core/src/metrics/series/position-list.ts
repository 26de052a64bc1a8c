import { enlarged } from './number-column.js';

/** Positions in a series, growing by appending: 4 bytes each. */
export class PositionList {
  array = new Uint32Array(0);
  length = 0;

  push(position: number): void {
    if (this.length === this.array.length) this.array = enlarged(this.array, this.length);
    this.array[this.length++] = position;
  }

  /** The index of the first position that is at least this one; the length if there is none. */
  indexFrom(position: number): number {
    return firstWhere(0, this.length, (index) => this.array[index]! >= position);
  }
}

/** The first number from `from` for which a condition holds that holds for all numbers after it; `to` if there is none. */
export function firstWhere(from: number, to: number, holds: (at: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same, quickly if it is near a guess: it looks at places around it, each twice as far away as the one before. */
export function firstNear(guess: number, from: number, to: number, holds: (at: number) => boolean): number {
  let [low, high] = [from, to];
  const start = Math.min(guess, to - 1);
  if (start < from) return firstWhere(from, to, holds);
  if (holds(start)) {
    high = start;
    let step = 1;
    for (; high - step >= low && holds(high - step); step *= 2) high -= step;
    low = Math.max(low, high - step + 1);
  } else {
    low = start + 1;
    let step = 0;
    for (; low + step < high && !holds(low + step); step = 2 * step + 1) low += step + 1;
    high = Math.min(high, low + step);
  }
  return firstWhere(low, high, holds);
}
