import { ForgeError } from '../../errors/forge-error.js';
import { toBfloat16, toFloat16 } from '../../tensor/half-precision.js';
import { numbersIn } from '../../tensor/numbers-in.js';
import {
  type Batch,
  bytesPerElement,
  type DType,
  elements,
  sizeOf,
  type TensorData,
  tensor,
} from '../../tensor/tensor-data.js';
import { stack, tensorsOf } from '../stack.js';
import type { PadOptions } from './pad-options.js';

/**
 * Stacks examples whose arrays differ in size: each padded array gets the largest size of every axis.
 * @param indices the index of each example in its epoch, for messages
 * @throws ForgeError DATA_INVALID naming the array and the element that cannot be padded or stacked
 */
export function stackPadded(examples: readonly unknown[], indices: readonly number[], options: PadOptions): Batch {
  const { pad, multiple = 1, mask = {}, lengths = {} } = options;
  const padded = examples.map((example, offset) => tensorsOf(example, indices[offset]!));
  for (const [name, value] of Object.entries(pad)) {
    const shape = commonShape(name, padded, indices, multiple);
    padded.forEach((tensors, offset) => {
      const found = tensors.get(name)!;
      const [length = 0] = found.shape;
      tensors.set(name, padTo(found, shape, paddingOf(name, found.dtype, value)));
      addNew(
        tensors,
        mask[name],
        () =>
          tensor(
            Uint8Array.from({ length: shape[0]! }, (_, at) => Number(at < length)),
            undefined,
            'bool',
          ),
        indices[offset]!,
      );
      addNew(tensors, lengths[name], () => tensor(Int32Array.of(length), []), indices[offset]!);
    });
  }
  return stack(
    padded.map((tensors) => Object.fromEntries(tensors)),
    indices,
  );
}

function addNew(
  tensors: Map<string, TensorData>,
  name: string | undefined,
  make: () => TensorData,
  index: number,
): void {
  if (name === undefined) return;
  if (tensors.has(name)) {
    throw new ForgeError('DATA_INVALID', `Element ${index} has an array "${name}" already.`, {
      about: name,
      hint: 'Give the mask or the lengths another name.',
    });
  }
  tensors.set(name, make());
}

/** The largest size of each axis; the first is rounded up to the multiple. */
function commonShape(
  name: string,
  examples: readonly ReadonlyMap<string, TensorData>[],
  indices: readonly number[],
  multiple: number,
): readonly number[] {
  const largest: number[] = [];
  examples.forEach((tensors, offset) => {
    const found = tensors.get(name);
    const index = indices[offset]!;
    if (found === undefined) {
      throw new ForgeError('DATA_INVALID', `Element ${index} has no array "${name}" to pad.`, {
        about: name,
        hint: `It has ${[...tensors.keys()].join(', ')}.`,
      });
    }
    const { shape } = found;
    if (offset > 0 && shape.length !== largest.length) {
      const message = `Array "${name}" has ${shape.length} dimensions in element ${index}, but ${largest.length} in element ${indices[0]} of the same batch.`;
      throw new ForgeError('DATA_INVALID', message, { about: name });
    }
    if (shape.length === 0) {
      throw new ForgeError('DATA_INVALID', `Array "${name}" is a scalar in element ${index}: it cannot be padded.`, {
        about: name,
        hint: 'Pad arrays of at least one dimension.',
      });
    }
    shape.forEach((size, axis) => {
      largest[axis] = Math.max(largest[axis] ?? 0, size);
    });
  });
  largest[0] = Math.ceil(largest[0]! / multiple) * multiple;
  return largest;
}

/** One element of padding. @throws ForgeError DATA_INVALID for a value that the type cannot hold */
function paddingOf(name: string, dtype: DType, value: number): Uint8Array {
  if (dtype === 'float16') return new Uint8Array(toFloat16([value]).buffer);
  if (dtype === 'bfloat16') return new Uint8Array(toBfloat16([value]).buffer);
  const one: TensorData = { dtype, shape: [1], bytes: new Uint8Array(bytesPerElement[dtype]) };
  const view = elements(one);
  if (view instanceof BigInt64Array || view instanceof BigUint64Array) {
    if (Number.isSafeInteger(value)) view[0] = BigInt(value);
  } else {
    view[0] = value;
  }
  const fits = dtype.startsWith('float') || (numbersIn(one, 0, 1)[0] === value && (dtype !== 'bool' || value <= 1));
  if (fits) return one.bytes;
  throw new ForgeError('DATA_INVALID', `Array "${name}" is ${dtype} and cannot be padded with ${value}.`, {
    about: name,
    hint: 'Give a padding of its type, or convert the array with map.',
  });
}

function padTo({ dtype, shape, bytes }: TensorData, target: readonly number[], padding: Uint8Array): TensorData {
  if (shape.every((size, axis) => size === target[axis])) return { dtype, shape, bytes };
  const width = padding.length;
  const out = new Uint8Array(sizeOf(target) * width);
  if (padding.some((byte) => byte !== 0)) for (let at = 0; at < out.length; at += width) out.set(padding, at);
  // One line of the last axis at a time.
  const last = shape.length - 1;
  const line = shape[last]! * width;
  const copy = (axis: number, from: number, to: number): void => {
    if (axis === last) {
      out.set(bytes.subarray(from * line, (from + 1) * line), to * target[last]! * width);
      return;
    }
    for (let at = 0; at < shape[axis]!; at++) copy(axis + 1, from * shape[axis]! + at, to * target[axis]! + at);
  };
  copy(0, 0, 0);
  return { dtype, shape: target, bytes: out };
}
