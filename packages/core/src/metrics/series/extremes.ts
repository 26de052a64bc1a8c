import type { NumberColumn } from './number-column.js';
import { PositionList } from './position-list.js';

/** The positions of the lowest and the highest value of a range; -1 if none of its values counts. */
export interface Extreme {
  readonly lowest: number;
  readonly highest: number;
}

const bucketBits = 6;
const bucketSize = 2 ** bucketBits;
/** A bucket in which no value counts. */
const none = 2 ** 32 - 1;

/** Buckets of the same size. */
interface Level {
  readonly lowest: PositionList;
  readonly highest: PositionList;
}

/**
 * Finds the lowest and the highest value of any range, in a time that hardly depends on its length: a pyramid of buckets
 * with 64, 128, 256 … values, by position. A bucket is added once all its values are there, and never changes. Among equal
 * values, the first counts. It takes a quarter of a byte for each value.
 */
export class Extremes {
  private readonly levels: Level[] = [];

  /** @param above finite values above it count */
  constructor(
    private readonly values: NumberColumn,
    private readonly above: number,
  ) {}

  /** Adds the buckets of values that were appended. */
  grow(): void {
    const full = Math.floor(this.values.length / bucketSize);
    for (let bucket = this.level(0).lowest.length; bucket < full; bucket++) {
      const { lowest, highest } = this.scan(bucket * bucketSize, (bucket + 1) * bucketSize);
      this.add(0, bucket, lowest, highest);
    }
  }

  /** @param to the position after the range, at most the length of the values when `grow` was called */
  inRange(from: number, to: number): Extreme {
    const found = { lowest: -1, highest: -1 };
    for (let at = from; at < to; ) {
      const end = Math.ceil((at + 1) / bucketSize) * bucketSize;
      if (at % bucketSize !== 0 || end > to) {
        const { lowest, highest } = this.scan(at, Math.min(end, to));
        this.join(found, lowest, highest);
        at = end;
        continue;
      }
      let level = 0;
      let bucket = at / bucketSize;
      while (bucket % 2 === 0 && (bucket + 2) * bucketSize * 2 ** level <= to) {
        bucket /= 2;
        level++;
      }
      this.joinBucket(found, level, bucket);
      at = (bucket + 1) * bucketSize * 2 ** level;
    }
    return found;
  }

  private level(number: number): Level {
    this.levels[number] ??= { lowest: new PositionList(), highest: new PositionList() };
    return this.levels[number];
  }

  private add(number: number, bucket: number, lowest: number, highest: number): void {
    const level = this.level(number);
    level.lowest.push(lowest < 0 ? none : lowest);
    level.highest.push(highest < 0 ? none : highest);
    if (bucket % 2 === 0) return;
    const both = { lowest: -1, highest: -1 };
    this.joinBucket(both, number, bucket - 1);
    this.joinBucket(both, number, bucket);
    this.add(number + 1, (bucket - 1) / 2, both.lowest, both.highest);
  }

  private joinBucket(found: { lowest: number; highest: number }, level: number, bucket: number): void {
    const { lowest, highest } = this.levels[level]!;
    if (lowest.array[bucket] !== none) this.join(found, lowest.array[bucket]!, highest.array[bucket]!);
  }

  /** @param lowest -1 if no value counts */
  private join(found: { lowest: number; highest: number }, lowest: number, highest: number): void {
    if (lowest < 0) return;
    const { floats } = this.values;
    if (found.lowest < 0 || floats[lowest]! < floats[found.lowest]!) found.lowest = lowest;
    if (found.highest < 0 || floats[highest]! > floats[found.highest]!) found.highest = highest;
  }

  private scan(from: number, to: number): Extreme {
    const { floats } = this.values;
    const { above } = this;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let lowest = -1;
    let highest = -1;
    for (let at = from; at < to; at++) {
      const value = floats[at]!;
      if (value < low && value > above) {
        low = value;
        lowest = at;
      }
      if (value > high && value > above && value < Number.POSITIVE_INFINITY) {
        high = value;
        highest = at;
      }
    }
    return { lowest, highest };
  }
}
