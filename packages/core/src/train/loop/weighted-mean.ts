import type { Stats } from '../../backend/backend.js';
import { isObject } from '../../json/is-object.js';
import { decodeNumber } from '../../json/json-number.js';

/** Changed in place: an object for each step would be garbage. */
interface Mean {
  mean: number;
  /** The number of examples. */
  examples: number;
}

/**
 * The mean of the metrics of several steps, weighted by batch size. For one step, or equal values, it is exactly the
 * value reported.
 */
export class WeightedMean {
  private readonly means = new Map<string, Mean>();

  /** @param state an earlier `state`, read back from JSON; anything else starts an empty mean */
  constructor(state?: unknown) {
    if (!isObject(state)) return;
    for (const [name, entry] of Object.entries(state)) {
      if (!isObject(entry)) continue;
      const [mean, examples] = [decodeNumber(entry.mean), decodeNumber(entry.examples)];
      if (mean !== undefined && examples !== undefined) this.means.set(name, { mean, examples });
    }
  }

  add(stats: Stats, size: number): void {
    for (const name in stats) {
      let entry = this.means.get(name);
      if (entry === undefined) {
        entry = { mean: 0, examples: 0 };
        this.means.set(name, entry);
      }
      entry.examples += size;
      entry.mean += (stats[name]! - entry.mean) * (size / entry.examples);
    }
  }

  get stats(): Stats {
    const stats: Record<string, number> = {};
    for (const [name, { mean }] of this.means) stats[name] = mean;
    return stats;
  }

  /** For a checkpoint: after a resume, the mean has the same bits as without the stop. */
  get state(): Readonly<Record<string, Readonly<Mean>>> {
    return Object.fromEntries(Array.from(this.means, ([name, mean]) => [name, { ...mean }]));
  }

  clear(): void {
    this.means.clear();
  }
}
