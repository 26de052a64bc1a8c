import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { checkSeed } from '../../random/key.js';
import { RandomStream } from '../../random/random-stream.js';
import type { Dataset } from '../dataset.js';

export interface InterleaveOptions {
  /** How often each dataset is drawn from, relative to the others. Default: each in turn. */
  readonly weights?: readonly number[];
  /** Seed of the draws by weights. Default: 0. */
  readonly seed?: number;
}

/** @throws ForgeError for weights that do not fit the datasets, and for a seed without weights */
export function checkInterleave(count: number, options: InterleaveOptions): void {
  checkOptions(options, ['weights', 'seed'], {
    of: 'interleave(datasets, options)',
    synonyms: { probabilities: 'weights', p: 'weights' },
  });
  const { weights, seed } = options;
  if (seed !== undefined) checkSeed(seed);
  if (weights === undefined) {
    if (seed === undefined) return;
    throw new ForgeError('DATA_INVALID', 'interleave has a seed, but no weights: without them it draws nothing.', {
      about: 'seed',
      hint: 'Remove the seed, or give weights.',
    });
  }
  if (weights.length === count && weights.every((weight) => Number.isFinite(weight) && weight > 0)) return;
  throw new ForgeError('DATA_INVALID', `interleave of ${count} datasets has the weights ${weights.join(', ')}.`, {
    about: 'weights',
    hint: 'Give one number above 0 for each dataset.',
  });
}

/** Chooses the dataset of each element in turn. */
export class Turns {
  /** Elements read of each dataset. */
  readonly read: number[];
  readonly #lengths: readonly (number | undefined)[];
  readonly #weights: readonly number[] | undefined;
  readonly #random: RandomStream;
  readonly #ended: boolean[];
  #next = 0;

  constructor(sources: readonly Dataset<unknown>[], epoch: number, { weights, seed = 0 }: InterleaveOptions) {
    this.read = sources.map(() => 0);
    this.#lengths = sources.map(({ length }) => length);
    this.#weights = weights;
    this.#random = RandomStream.of(seed, 'interleave').child(epoch);
    this.#ended = this.#lengths.map((length) => length === 0);
  }

  /** The next dataset; -1 after all have ended. */
  next(): number {
    return this.#weights === undefined ? this.#inTurn() : this.#drawn(this.#weights);
  }

  count(place: number): void {
    if (++this.read[place]! === this.#lengths[place]) this.ended(place);
  }

  ended(place: number): void {
    this.#ended[place] = true;
  }

  #inTurn(): number {
    for (let tries = 0; tries < this.#ended.length; tries++) {
      const place = this.#next;
      this.#next = (place + 1) % this.#ended.length;
      if (!this.#ended[place]) return place;
    }
    return -1;
  }

  #drawn(weights: readonly number[]): number {
    let total = 0;
    for (let place = 0; place < weights.length; place++) if (!this.#ended[place]) total += weights[place]!;
    let left = this.#random.float() * total;
    let last = -1;
    for (let place = 0; place < weights.length; place++) {
      if (this.#ended[place]) continue;
      last = place;
      left -= weights[place]!;
      if (left < 0) break;
    }
    return last;
  }
}
