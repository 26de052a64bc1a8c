import type { Stats } from '../../backend/backend.js';
import { isObject } from '../../json/json-file.js';
import { decodeNumber } from '../../json/json-number.js';

interface Mean {
  readonly mean: number;
  /** Examples it is of. */
  readonly examples: number;
}

/**
 * The mean of what several steps report, each batch counting by its size. Of one step, or of equal numbers, it is
 * exactly what was reported.
 */
export class WeightedMean {
  private readonly means = new Map<string, Mean>();

  /** @param state what `state` gave, read back from JSON; whatever else, and it starts empty */
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

  /** For a checkpoint: what is added after a resume gives the same bits as without the stop. */
  get state(): Readonly<Record<string, Mean>> {
    return Object.fromEntries(this.means);
  }

  clear(): void {
    this.means.clear();
  }
}
