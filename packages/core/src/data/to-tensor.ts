import { ForgeError } from '../errors/forge-error.js';
import {
  bytesPerElement,
  describeTensor,
  isTensorData,
  sizeOf,
  type TensorData,
  type TypedArray,
  tensor,
} from '../tensor/tensor-data.js';

/** Nested lists of numbers, one level per dimension; all lists of one level have the same length. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * A user's array as a tensor. Typed arrays keep their type and memory and have one dimension; lists of numbers
 * always become float32, so that a column's type does not depend on its values.
 * @throws ForgeError DATA_INVALID, naming the array, for ragged lists and for values that are not arrays.
 */
export function toTensor(name: string, value: unknown): TensorData {
  // Code that copies the batch to an object would lose this key.
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
    } else if (depth === shape.length - 1 && isNumbers(part, shape[depth]!)) {
      // Without a call for each number: most lists are of these.
      for (let at = 0; at < part.length; at++) values[written++] = part[at]!;
    } else if (depth < shape.length && Array.isArray(part) && part.length === shape[depth]) {
      for (const inner of part) fill(inner, depth + 1);
    } else {
      const found = Array.isArray(part) ? `a list of ${part.length}` : nameOfType(part);
      const expected = depth === shape.length ? 'a number' : `a list of ${shape[depth]}`;
      throw new ForgeError(
        'DATA_INVALID',
        `Array "${name}" is ragged: it has ${found} where ${expected} is expected.`,
        {
          about: name,
          hint: 'Make all lists of one level equally long and fill them with numbers.',
        },
      );
    }
  };
  fill(list, 0);
  return tensor(values, shape);
}

function isNumbers(part: unknown, length: number): part is readonly number[] {
  if (!Array.isArray(part) || part.length !== length) return false;
  for (let at = 0; at < length; at++) if (typeof part[at] !== 'number') return false;
  return true;
}

function checkedSize(name: string, value: TensorData): TensorData {
  const expected = sizeOf(value.shape) * bytesPerElement[value.dtype];
  if (value.bytes.length === expected) return value;
  const message = `Array "${name}" is declared as ${describeTensor(value)}, which is ${expected} bytes, but has ${value.bytes.length}.`;
  throw new ForgeError('DATA_INVALID', message, { about: name });
}

export function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `a value of type ${value.constructor?.name ?? 'object'}`;
}
