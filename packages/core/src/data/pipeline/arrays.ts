import { checkOptions, type NoOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { TensorData, TypedArray } from '../../tensor/tensor-data.js';
import { IndexedDataset } from '../indexed.js';
import { RowTable } from '../row-table.js';
import { type NestedNumbers, toTensor } from '../to-tensor.js';
import { Pipeline } from './pipeline.js';

/** An array whose first dimension counts examples. */
export type Column = TensorData | TypedArray | NestedNumbers;

/**
 * A dataset over arrays in memory; example i holds row i of each.
 *
 * Pass `tensor(array, shape)` for more than one dimension, or a typed array for one; lists of numbers become
 * float32, so pass class indices as an Int32Array. The arrays are not copied and must not change while in use;
 * what the dataset yields is always a copy that the consumer may change.
 * @throws ForgeError DATA_INVALID if an array is ragged or has no rows, or if lengths differ (all are named).
 */
export function fromArrays<N extends string>(
  arrays: Readonly<Record<N, Column>>,
  options?: NoOptions,
): Pipeline<Readonly<Record<N, TensorData>>> {
  checkOptions(options, [], { of: 'fromArrays(arrays)' });
  const tensors = new Map<string, TensorData>();
  for (const name in arrays) tensors.set(name, toTensor(name, arrays[name]));
  const table = new RowTable<N>(commonLength(tensors), tensors);
  const rows = { table, rowOf: (index: number) => index };
  const epoch = { at: (index: number) => table.example(index), rows, dependsOnEpoch: () => false };
  return Pipeline.from(new IndexedDataset(table.length, () => epoch));
}

function commonLength(tensors: ReadonlyMap<string, TensorData>): number {
  const lengths = new Map<string, number>();
  for (const [name, { shape }] of tensors) {
    if (shape[0] === undefined) {
      throw new ForgeError('DATA_INVALID', `Array "${name}" is a scalar and has no rows.`, {
        about: name,
        hint: 'Give an array whose first dimension counts examples.',
      });
    }
    lengths.set(name, shape[0]);
  }
  const [length, ...others] = new Set(lengths.values());
  if (length === undefined) {
    throw new ForgeError('DATA_INVALID', 'A dataset needs at least one array.', {
      hint: 'Name the arrays, as in fromArrays({ images, labels }).',
    });
  }
  if (others.length > 0) {
    const list = [...lengths].map(([name, rows]) => `${name} has ${rows}`).join(', ');
    throw new ForgeError('DATA_INVALID', `The arrays have different numbers of rows: ${list}.`, {
      about: [...lengths.keys()].join(', '),
      hint: 'Give arrays with equal first dimensions.',
    });
  }
  return length;
}
