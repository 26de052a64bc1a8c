import { elements, type TensorData } from '../tensor/tensor-data.js';
import type { Dataset } from './dataset.js';
import { fromArrays } from './pipeline/arrays.js';

/** Up to `limit` elements of an epoch; releases the reader. */
export async function collect<T>(dataset: Dataset<T>, epoch = 0, skip = 0, limit = Number.POSITIVE_INFINITY) {
  const reader = dataset.read({ epoch, skip });
  const found: T[] = [];
  while (found.length < limit) {
    const result = await reader.next();
    if (result.done) break;
    found.push(result.value);
  }
  await reader.return?.();
  return found;
}

/** Examples { x: i } for i from 0 to length - 1, over arrays. */
export function numbered(length: number) {
  return fromArrays({ x: Int32Array.from({ length }, (_, index) => index) });
}

/** The numbers in the x of each element. */
export function xs(found: readonly { readonly x: TensorData }[]): number[][] {
  return found.map(({ x }) => Array.from(elements(x), Number));
}

/** The error that an action throws. */
export async function failure(action: () => unknown): Promise<{ code?: unknown; message: string; cause?: unknown }> {
  try {
    await action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}
