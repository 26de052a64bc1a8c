import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { checkCount } from '../check.js';
import { toTensor } from '../to-tensor.js';
import { checkPadding, type PadOptions, padOptionNames, padSynonyms } from './pad-options.js';

export interface BucketOptions<T> extends PadOptions {
  /** The longest length of each bucket, ascending; one more bucket holds what is longer than the last. */
  readonly boundaries: readonly number[];
  /** The batch size, or one for each bucket (one more than boundaries). */
  readonly size: number | readonly number[];
  /** The name of the array whose first dimension is the length, or a function of the element alone. */
  readonly length: string | ((element: T) => number);
  /** Drop the batches at the end that are not full. Default: false. */
  readonly dropRemainder?: boolean;
}

/** @throws ForgeError for wrong options */
export function checkBuckets<T>(options: BucketOptions<T>): void {
  const of = 'bucketByLength(options)';
  checkOptions(options ?? null, ['boundaries', 'size', 'length', ...padOptionNames], {
    of,
    synonyms: {
      ...padSynonyms,
      bucketBoundaries: 'boundaries',
      batchSize: 'size',
      bucketBatchSizes: 'size',
      lengthOf: 'length',
      elementLengthFunc: 'length',
      key: 'length',
    },
  });
  const { boundaries, size, length } = options;
  const ascending = Array.isArray(boundaries) && boundaries.every((at, place) => at > (boundaries[place - 1] ?? 0));
  if (!ascending || boundaries.length === 0) {
    throw new ForgeError('DATA_INVALID', `The boundaries of ${of} are not ascending numbers above 0.`, {
      about: 'boundaries',
      hint: 'Give the longest length of each bucket, as in { boundaries: [16, 32, 64] }.',
    });
  }
  if (typeof size === 'number') checkCount('The batch size', size, 1);
  else if (!Array.isArray(size) || size.length !== boundaries.length + 1) {
    throw new ForgeError(
      'DATA_INVALID',
      `${of} has ${boundaries.length + 1} buckets, and needs a batch size for each.`,
      {
        about: 'size',
        hint: 'Give one number for all, or one for each bucket; the last bucket holds what is longer than all boundaries.',
      },
    );
  } else for (const one of size) checkCount('The batch size of a bucket', one, 1);
  if (typeof length !== 'string' && typeof length !== 'function') {
    throw new ForgeError('DATA_INVALID', `${of} was not given the length of an element.`, {
      about: 'length',
      hint: "Name an array, as in { length: 'tokens' }, or give a function of the element.",
    });
  }
  checkPadding(options, of);
}

/** The number of the bucket that an element belongs to. @throws ForgeError DATA_INVALID naming the element */
export function bucketOf<T>(element: T, index: number, { boundaries, length }: BucketOptions<T>): number {
  const found = lengthOf(element, index, length);
  const bucket = boundaries.findIndex((longest) => found <= longest);
  return bucket < 0 ? boundaries.length : bucket;
}

function lengthOf<T>(element: T, index: number, length: BucketOptions<T>['length']): number {
  const fail = (how: string, cause?: unknown): never => {
    throw new ForgeError('DATA_INVALID', `The length of element ${index} is unknown: ${how}.`, {
      about: `element ${index}`,
      cause,
    });
  };
  if (typeof length === 'string') {
    const value = isObject(element) ? element[length] : undefined;
    if (value === undefined) return fail(`it has no array "${length}"`);
    return toTensor(length, value).shape[0] ?? fail(`"${length}" is a scalar`);
  }
  let found: unknown;
  try {
    found = length(element);
  } catch (error) {
    return fail(messageOf(error), error);
  }
  return typeof found === 'number' && found >= 0 ? found : fail(`the function returned ${String(found)}`);
}
