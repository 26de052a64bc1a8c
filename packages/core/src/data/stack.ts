import { ForgeError } from '../errors/forge-error.js';
import { type Batch, describeTensor, type TensorData, tensor } from '../tensor/tensor-data.js';
import { nameOfType, toTensor } from './to-tensor.js';

/**
 * Stacks examples into a batch of new arrays, each of shape [examples, …].
 * @param first the index of the first example in its epoch, or of each example, for messages.
 * @throws ForgeError DATA_INVALID if names, types or shapes differ, naming the array, both shapes and the index.
 */
export function stack(examples: readonly unknown[], first: number | readonly number[]): Batch {
  const indexOf = (offset: number): number => (typeof first === 'number' ? first + offset : first[offset]!);
  const [model, ...others] = examples.map((example, offset) => tensorsOf(example, indexOf(offset)));
  if (model === undefined) return {};
  others.forEach((tensors, offset) => {
    checkNames(tensors, model, indexOf(offset + 1), indexOf(0));
  });
  const batch = new Map<string, TensorData>();
  for (const [name, { dtype, shape, bytes }] of model) {
    const out = new Uint8Array(bytes.length * examples.length);
    out.set(bytes);
    others.forEach((tensors, offset) => {
      const other = tensors.get(name)!;
      if (!sameKind(other, { dtype, shape })) {
        throw differs(name, other, indexOf(offset + 1), { dtype, shape }, indexOf(0));
      }
      out.set(other.bytes, (offset + 1) * bytes.length);
    });
    batch.set(name, { dtype, shape: [examples.length, ...shape], bytes: out });
  }
  return Object.fromEntries(batch);
}

/** The arrays of an example by name; a number is a float32 scalar. */
export function tensorsOf(example: unknown, index: number): Map<string, TensorData> {
  if (typeof example !== 'object' || example === null || Array.isArray(example) || ArrayBuffer.isView(example)) {
    throw new ForgeError('DATA_INVALID', `Element ${index} is ${nameOfType(example)}, not an object of named arrays.`, {
      about: `element ${index}`,
      hint: 'Yield objects such as { image, label } before batching.',
    });
  }
  const tensors = new Map<string, TensorData>();
  for (const [name, value] of Object.entries(example)) {
    tensors.set(name, typeof value === 'number' ? tensor(Float32Array.of(value), []) : toTensor(name, value));
  }
  return tensors;
}

function checkNames(tensors: Map<string, TensorData>, model: Map<string, TensorData>, index: number, first: number) {
  const missing = [...model.keys()].find((name) => !tensors.has(name));
  const extra = [...tensors.keys()].find((name) => !model.has(name));
  const name = missing ?? extra;
  if (name === undefined) return;
  const [without, owner] = missing === undefined ? [first, index] : [index, first];
  throw new ForgeError(
    'DATA_INVALID',
    `Element ${without} has no array "${name}", but element ${owner} of the same batch has.`,
    { about: name, hint: 'Give every example the same names.' },
  );
}

type Kind = Pick<TensorData, 'dtype' | 'shape'>;

function sameKind(a: Kind, b: Kind): boolean {
  return (
    a.dtype === b.dtype && a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis])
  );
}

function differs(name: string, found: Kind, index: number, model: Kind, first: number): ForgeError {
  return new ForgeError(
    'DATA_INVALID',
    `Array "${name}" is ${describeTensor(found)} in element ${index}, but ${describeTensor(model)} in element ${first} of the same batch.`,
    { about: name, hint: 'Pad, crop or convert examples to one type and shape before batching.' },
  );
}
