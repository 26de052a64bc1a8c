import { type Batch, describeTensor, elements, ForgeError, sizeOf } from '@forge-ml/core/plugin';

/** An array of a batch, each example's numbers as one row. */
export interface Rows {
  readonly width: number;
  /** [batch, width] */
  readonly values: Float32Array;
}

/**
 * @param width how many numbers an example must have. Default: any
 * @throws ForgeError DATA_INVALID naming the array
 */
export function readRows(batch: Batch, name: string, width?: number): Rows {
  const array = batch[name];
  if (array === undefined) {
    const names = Object.keys(batch).join(', ');
    throw new ForgeError('DATA_INVALID', `The model reads "${name}"; the batch has ${names}.`, {
      about: name,
      hint: 'Name an array that the data config returns.',
    });
  }
  const found = sizeOf(array.shape.slice(1));
  if (width !== undefined && found !== width) {
    throw new ForgeError('DATA_INVALID', `"${name}" is ${describeTensor(array)}; the model takes [n, ${width}].`, {
      about: name,
    });
  }
  return { width: found, values: Float32Array.from(elements(array), Number) };
}
