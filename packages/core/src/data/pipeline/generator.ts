import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { RandomStream } from '../../random/random-stream.js';
import { checkCount, failedAt } from '../check.js';
import { nameOfType } from '../to-tensor.js';
import { Pipeline } from './pipeline.js';

export interface GeneratorContext {
  readonly epoch: number;
  /** Random numbers for this epoch, a pure function of the dataset's seed and the epoch. */
  readonly random: RandomStream;
}

export interface GeneratorOptions {
  /** Seed of `random`. Default: 0. */
  readonly seed?: number;
  /**
   * Elements in an epoch, if known (Infinity for an endless one): needed to show progress, and lets `repeat` skip whole
   * passes. An epoch of another length is an error.
   */
  readonly length?: number;
}

/**
 * A dataset over a generator function, which is called for each epoch. It must yield the same elements whenever it is
 * called for the same epoch: resuming inside an epoch runs it again and discards the elements already consumed.
 * An error it throws is wrapped in a ForgeError DATA_INVALID that names the element.
 */
export function fromGenerator<T>(
  generate: (context: GeneratorContext) => AsyncIterable<T> | Iterable<T>,
  options: GeneratorOptions = {},
): Pipeline<T> {
  checkOptions(options, ['seed', 'length'], { of: 'fromGenerator(generate, options)', synonyms: { size: 'length' } });
  const { seed = 0, length } = options;
  if (length !== undefined && length !== Number.POSITIVE_INFINITY) checkCount('The length of a generator', length, 0);
  const random = RandomStream.of(seed, 'generator');
  return Pipeline.from<T>({
    length,
    async *read({ epoch, skip }) {
      let index = 0;
      try {
        for await (const element of checkIterable(generate({ epoch, random: random.child(epoch) }))) {
          if (length !== undefined && index >= length) throw wrongLength(length, 'yielded more');
          if (index >= skip) yield element;
          index++;
        }
      } catch (error) {
        throw failedAt('generator', index, epoch, error);
      }
      if (length !== undefined && index < length) throw wrongLength(length, `ended after ${index}`);
    },
  });
}

function checkIterable<T>(value: AsyncIterable<T> | Iterable<T>): AsyncIterable<T> | Iterable<T> {
  if (typeof value === 'object' && value !== null) {
    if (Symbol.asyncIterator in value || Symbol.iterator in value) return value;
  }
  throw new ForgeError('DATA_INVALID', `The function given to fromGenerator returned ${nameOfType(value)}.`, {
    about: 'fromGenerator',
    hint: 'Write it as a generator function: async function* ({ epoch }) { yield … }.',
  });
}

function wrongLength(length: number, found: string): ForgeError {
  return new ForgeError('DATA_INVALID', `A generator declared with ${length} elements ${found}.`, {
    about: 'length',
    hint: 'Correct the length given to fromGenerator, or omit it.',
  });
}
