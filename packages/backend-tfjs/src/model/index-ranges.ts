import { type Batch, elements, ForgeError } from '@forge-ml/core/plugin';

/** An array of the data that is used as indices below `size`. */
export interface IndexRange {
  /** The array. */
  readonly name: string;
  /** Indices are below this. */
  readonly size: number;
  /** What uses it: `tf.oneHot`. */
  readonly use: string;
}

/**
 * Checks an array that is used as class labels or as indices. For an index out of range, TensorFlow.js silently uses a
 * row of zeros, or memory beyond the end of a table. A negative label is allowed: it has no class, which excludes its
 * example from the loss.
 * @throws ForgeError DATA_INVALID naming the array, the index and the range
 */
export function requireInRange({ name, size, use }: IndexRange, batch: Batch): void {
  const data = batch[name];
  if (data === undefined) return;
  const least = use === 'tf.oneHot' ? Number.NEGATIVE_INFINITY : 0;
  for (const value of elements(data)) {
    if (value < size && value >= least) continue;
    throw new ForgeError(
      'DATA_INVALID',
      `The array ${name} holds ${value}, but the model uses it for ${use} with ${size} entries: from 0 to ${size - 1}.`,
      {
        about: name,
        hint: 'Count from 0, or give the model as many classes or entries as the data has.',
      },
    );
  }
}

/** @returns a warning for each array with negative labels, which have no class */
export function negativeLabels(ranges: readonly IndexRange[], batch: Batch): string[] {
  return ranges.flatMap(({ name, use }) => {
    const data = batch[name];
    if (use !== 'tf.oneHot' || data === undefined || !/^(int|float(32|64))/.test(data.dtype)) return [];
    const negative = Array.from<number | bigint>(elements(data)).find((value) => value < 0);
    if (negative === undefined) return [];
    return [
      `The array ${name} holds ${negative}: tf.oneHot gives it no class, so such examples are not part of the loss.`,
    ];
  });
}
