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
