import { ForgeError, sizeOf, type TensorData } from '@forge-ml/core';
import { bytesPerElement } from '@forge-ml/core/cli';

/** A list in lists, as deep as an array has dimensions. */
export const mostDimensions = 16;

/** An array in JSON as bytes: little-endian, in row-major order. */
interface EncodedArray {
  readonly dtype: TensorData['dtype'];
  readonly shape: readonly number[];
  readonly base64: string;
}

/**
 * An array of a request: nested lists and numbers stay as they are, `{ dtype, shape, base64 }` becomes a tensor.
 * @throws ForgeError DATA_INVALID
 */
export function arrayFrom(name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { dtype, shape, base64 } = value as Partial<EncodedArray>;
  if (typeof base64 !== 'string' || !isDType(dtype) || !isShape(shape)) throw notAnArray(name);
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  const expected = sizeOf(shape) * bytesPerElement[dtype];
  if (bytes.length !== expected) {
    const message = `The array "${name}" is declared as ${dtype}[${shape.join(', ')}], which is ${expected} bytes, but has ${bytes.length}.`;
    throw new ForgeError('DATA_INVALID', message, { about: name });
  }
  return { dtype, shape, bytes } satisfies TensorData;
}

/**
 * The shape of an array in JSON, by the first element of each list.
 * @throws ForgeError DATA_INVALID for lists that are deeper than any array
 */
export function shapeOf(name: string, value: unknown): readonly number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) {
    if (shape.push(level.length) > mostDimensions) {
      const message = `The array "${name}" has more than ${mostDimensions} dimensions.`;
      throw new ForgeError('DATA_INVALID', message, { about: name, hint: 'Give it the shape that the model reads.' });
    }
  }
  return shape;
}

function isDType(value: unknown): value is TensorData['dtype'] {
  return typeof value === 'string' && Object.hasOwn(bytesPerElement, value);
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostDimensions &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function notAnArray(name: string): ForgeError {
  return new ForgeError('DATA_INVALID', `The array "${name}" is an object, not an array of numbers.`, {
    about: name,
    hint: 'Give nested lists of numbers, or { "dtype": "uint8", "shape": [2, 2], "base64": "…" }.',
  });
}
