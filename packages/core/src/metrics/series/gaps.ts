import { firstWhere, PositionList } from './position-list.js';

/** Positions without a value that can be drawn, as ranges: growing by appending. */
export class Gaps {
  private readonly starts = new PositionList();
  private readonly ends = new PositionList();

  get isEmpty(): boolean {
    return this.starts.length === 0;
  }

  /** Adds a position after all others. */
  add(position: number): void {
    const last = this.ends.length - 1;
    if (last >= 0 && this.ends.array[last] === position) {
      this.ends.array[last] = position + 1;
      return;
    }
    this.starts.push(position);
    this.ends.push(position + 1);
  }

  /** The first position from this one that is in no gap. */
  skipForward(position: number): number {
    const gap = this.last(position);
    return gap >= 0 && this.ends.array[gap]! > position ? this.ends.array[gap]! : position;
  }

  /** The last position up to this one that is in no gap. */
  skipBack(position: number): number {
    const gap = this.last(position);
    return gap >= 0 && this.ends.array[gap]! > position ? this.starts.array[gap]! - 1 : position;
  }

  /** Whether a gap is between two positions that are in none. */
  isBetween(from: number, to: number): boolean {
    const gap = this.last(to);
    return gap >= 0 && this.starts.array[gap]! > from;
  }

  /** How many positions of a range are in gaps. */
  within(from: number, to: number): number {
    let count = 0;
    for (let gap = Math.max(0, this.last(from)); gap < this.starts.length; gap++) {
      const start = Math.max(from, this.starts.array[gap]!);
      if (start >= to) break;
      count += Math.max(0, Math.min(to, this.ends.array[gap]!) - start);
    }
    return count;
  }

  /** The last gap that starts at or before a position; -1 if there is none. */
  private last(position: number): number {
    return firstWhere(0, this.starts.length, (gap) => this.starts.array[gap]! > position) - 1;
  }
}
