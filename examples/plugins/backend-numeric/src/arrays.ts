import {
  type Batch,
  describeTensor,
  elements,
  ForgeError,
  sizeOf,
  type TensorData,
  tensor,
} from '@forge-ml/core/plugin';
import type { Matrix } from './matrix.js';

/** The array of a name, with one row an example. @throws ForgeError DATA_INVALID naming it */
export function readRows(batch: Batch, name: string, columns?: number): Matrix {
  const array = batch[name];
  if (array === undefined) {
    throw new ForgeError('DATA_INVALID', `The model reads "${name}"; the batch has ${Object.keys(batch).join(', ')}.`, {
      about: name,
      hint: 'Name an array that the data config returns.',
    });
  }
  const [rows = 0] = array.shape;
  const width = sizeOf(array.shape.slice(1));
  if (columns !== undefined && width !== columns) {
    const expected = `${columns} number${columns === 1 ? '' : 's'} an example`;
    throw new ForgeError('DATA_INVALID', `"${name}" is ${describeTensor(array)}; the model takes ${expected}.`, {
      about: name,
    });
  }
  return { rows, columns: width, values: Float64Array.from(elements(array), Number) };
}

/** A view without a copy. */
export function toTensor({ rows, columns, values }: Matrix): TensorData {
  return tensor(values, [rows, columns]);
}
