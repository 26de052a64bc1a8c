import type { Stats } from '../../backend/backend.js';
import { isObject } from '../../json/is-object.js';
import { decodeNumber } from '../../json/json-number.js';

interface Mean {
  readonly mean: number;
  /** The number of examples. */
  readonly examples: number;
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
      const { mean, examples } = this.means.get(name) ?? { mean: 0, examples: 0 };
      const total = examples + size;
      this.means.set(name, { mean: mean + (stats[name]! - mean) * (size / total), examples: total });
    }
  }

  get stats(): Stats {
    return Object.fromEntries(Array.from(this.means, ([name, { mean }]) => [name, mean]));
  }

  /** For a checkpoint: after a resume, the mean has the same bits as without the stop. */
  get state(): Readonly<Record<string, Mean>> {
    return Object.fromEntries(this.means);
  }

  clear(): void {
    this.means.clear();
  }
}
