import { ForgeError } from '../errors/forge-error.js';
import {
  bytesPerElement,
  describeTensor,
  sizeOf,
  type TensorData,
  type TypedArray,
  tensor,
} from '../tensor/tensor-data.js';

/** Numbers in lists, nested as deep as there are dimensions, every list of one level equally long. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * A user's array as a tensor. Typed arrays keep their type and memory and have one dimension; lists of numbers
 * become float32 whatever the numbers are, so that a column's type does not hang on the values that happen to
 * be in it.
 * @throws ForgeError DATA_INVALID, naming the array, for lists that are ragged and for what is no array.
 */
export function toTensor(name: string, value: unknown): TensorData {
  // Assigned to an object it would vanish, in whatever reads the batch.
  if (name === '__proto__')
    throw new ForgeError('DATA_INVALID', 'An array cannot be called __proto__.', { about: name });
  if (Array.isArray(value)) return tensorOfNumbers(name, value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return tensor(value as TypedArray);
  if (isTensorData(value)) return checkedSize(name, value);
  throw new ForgeError('DATA_INVALID', `Array "${name}" is ${nameOfType(value)}, not an array of numbers.`, {
    about: name,
    hint: 'Give a typed array, tensor(array, shape), or nested lists of numbers.',
  });
}

function tensorOfNumbers(name: string, list: NestedNumbers): TensorData {
  const shape: number[] = [];
  for (let level: unknown = list; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values = new Float32Array(sizeOf(shape));
  let written = 0;
  const fill = (part: unknown, depth: number): void => {
    if (depth === shape.length && typeof part === 'number') {
      values[written++] = part;
    } else if (depth < shape.length && Array.isArray(part) && part.length === shape[depth]) {
      for (const inner of part) fill(inner, depth + 1);
    } else {
      const found = Array.isArray(part) ? `a list of ${part.length}` : nameOfType(part);
      const wanted = depth === shape.length ? 'a number' : `a list of ${shape[depth]}`;
      throw new ForgeError('DATA_INVALID', `Array "${name}" is ragged: it has ${found} where ${wanted} should be.`, {
        about: name,
        hint: 'Make all lists of one level equally long and fill them with numbers.',
      });
    }
  };
  fill(list, 0);
  return tensor(values, shape);
}

export function isTensorData(value: unknown): value is TensorData {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, bytes } = value as Partial<TensorData>;
  return (
    typeof dtype === 'string' &&
    Object.hasOwn(bytesPerElement, dtype) &&
    Array.isArray(shape) &&
    bytes instanceof Uint8Array
  );
}

function checkedSize(name: string, value: TensorData): TensorData {
  const expected = sizeOf(value.shape) * bytesPerElement[value.dtype];
  if (value.bytes.length === expected) return value;
  const message = `Array "${name}" says ${describeTensor(value)}, which is ${expected} bytes, but has ${value.bytes.length}.`;
  throw new ForgeError('DATA_INVALID', message, { about: name });
}

export function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `a value of type ${value.constructor?.name ?? 'object'}`;
}
