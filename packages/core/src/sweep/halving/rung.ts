import type { Direction } from '../../metrics/metric-direction.js';
import { byFront, compareRanked, dominates, type Ranked } from './dominance.js';

interface Entry extends Ranked {
  /** Whether the trial may still be promoted: it was not, and its checkpoints exist. */
  open: boolean;
  /** How many trials will be before it whatever comes. Counted for several objectives only. */
  ahead: number;
}

/** The results of one rung of a bracket, ranked: by value, of several objectives by non-dominated front; ties by trial. */
export class Rung {
  private readonly entries = new Map<number, Entry>();
  /** Of one objective always sorted; of several sorted when it is needed. */
  private order: Entry[] = [];
  private isSorted = true;

  constructor(private readonly directions: readonly Direction[]) {}

  get size(): number {
    return this.entries.size;
  }

  /** @param open false for a trial that has ended already */
  add(trial: number, values: readonly number[], open: boolean): void {
    const entry: Entry = { trial, values, open, ahead: 0 };
    if (this.directions.length === 1) {
      this.order.splice(this.placeOf(entry), 0, entry);
    } else {
      for (const other of this.order) {
        if (isAhead(other, entry, this.directions)) entry.ahead++;
        else if (isAhead(entry, other, this.directions)) other.ahead++;
      }
      this.order.push(entry);
      this.isSorted = false;
    }
    this.entries.set(trial, entry);
  }

  /** The trial was promoted, has ended, or cannot go on. */
  close(trial: number): void {
    const entry = this.entries.get(trial);
    if (entry !== undefined) entry.open = false;
  }

  /** The best trial among the first ⌊n / reduction⌋ that was not promoted yet; undefined if there is none. */
  next(reduction: number): number | undefined {
    const top = Math.floor(this.size / reduction);
    if (top === 0) return undefined;
    const order = this.sorted();
    for (let at = 0; at < top; at++) if (order[at]!.open) return order[at]!.trial;
    return undefined;
  }

  /**
   * The trials that can never be promoted, although they were not yet: even if all results that may still come to the
   * rung were worse, too many are before them.
   * @param more the maximum number of results still to come
   */
  hopeless(reduction: number, more: number): number[] {
    const top = Math.floor((this.size + more) / reduction);
    const behind =
      this.directions.length === 1 ? this.order.slice(top) : this.order.filter(({ ahead }) => ahead >= top);
    return behind.filter(({ open }) => open).map(({ trial }) => trial);
  }

  get openTrials(): number {
    let count = 0;
    for (const { open } of this.order) if (open) count++;
    return count;
  }

  private sorted(): readonly Entry[] {
    if (!this.isSorted) {
      this.order = byFront(this.order, this.directions);
      this.isSorted = true;
    }
    return this.order;
  }

  private placeOf(entry: Entry): number {
    let low = 0;
    for (let high = this.order.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (compareRanked(this.order[middle]!, entry, this.directions) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAhead(a: Ranked, b: Ranked, directions: readonly Direction[]): boolean {
  if (dominates(a.values, b.values, directions)) return true;
  return a.trial < b.trial && a.values.every((value, at) => value === b.values[at]);
}
