import {
  type Batch,
  bytesPerElement,
  type DType,
  describeTensor,
  ForgeError,
  type TensorData,
} from '@forge-ml/core/plugin';
import { describeType, type InputValue } from '@forge-ml/onnx/graph';
import { emptyCacheFor } from '../model/decoder-cache.js';
import type { NamedTensor } from '../runtime/protocol.js';

/** The dtypes that ONNX Runtime accepts from Node: all but bfloat16. */
export const feedTypes = (Object.keys(bytesPerElement) as DType[]).filter((dtype) => dtype !== 'bfloat16');

/**
 * The arrays of a batch that a graph reads, copied, because the caller keeps the batch.
 * @throws ForgeError DATA_INVALID naming the first that is missing or of another type or shape.
 */
export function feedsOf(batch: Batch, inputs: readonly InputValue[]): NamedTensor[] {
  return inputs.map((input) => {
    const array = arrayFor(batch, input);
    return [input.name, { ...array, bytes: array.bytes.slice() }];
  });
}

/** The same of several batches of one shape, stacked along a new first dimension. */
export function stackedFeedsOf(batches: readonly Batch[], inputs: readonly InputValue[]): NamedTensor[] {
  return inputs.map((input) => {
    const arrays = batches.map((batch) => arrayFor(batch, input));
    const { dtype, shape, bytes } = arrays[0]!;
    const all = new Uint8Array(arrays.length * bytes.length);
    for (const [index, array] of arrays.entries()) {
      if (String(array.shape) !== String(shape)) throw unfit(array, input);
      all.set(array.bytes, index * bytes.length);
    }
    return [input.name, { dtype, shape: [arrays.length, ...shape], bytes: all }];
  });
}

/** The size of the first dimension of a batch's arrays. */
export function examplesIn(batch: Batch): number {
  return Object.values(batch)[0]?.shape[0] ?? 1;
}

/** The number of bytes of a batch that a graph reads. */
export function bytesRead(batch: Batch, inputs: readonly InputValue[]): number {
  return inputs.reduce((sum, { name }) => sum + (batch[name]?.bytes.length ?? 0), 0);
}

function arrayFor(batch: Batch, input: InputValue): TensorData {
  const array = batch[input.name] ?? emptyCacheFor(input, batch);
  if (array === undefined) throw missing(input.name, batch);
  if (!fits(array, input)) throw unfit(array, input);
  return array;
}

function fits({ dtype, shape }: TensorData, input: InputValue): boolean {
  if (dtype !== input.dtype || shape.length !== input.shape.length) return false;
  return input.shape.every((dimension, axis) => typeof dimension === 'string' || dimension === shape[axis]);
}

function unfit(array: TensorData, input: InputValue): ForgeError {
  return new ForgeError(
    'DATA_INVALID',
    `The array ${input.name} is ${describeTensor(array)}, but the model was built for ${describeType(input)}.`,
    {
      about: input.name,
      hint: 'Every batch must have the shapes of the first, but for the batch size and the axes that the model leaves open (axes).',
    },
  );
}

function missing(name: string, batch: Batch): ForgeError {
  const present = Object.entries(batch).map(([other, array]) => `${other}: ${describeTensor(array)}`);
  return new ForgeError('DATA_INVALID', `The model reads ${name}; the batch has ${present.join(', ') || 'nothing'}.`, {
    about: name,
    hint: 'Use the names the data config gives its arrays.',
  });
}
