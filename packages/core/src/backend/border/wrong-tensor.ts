import { describeValue } from '../../model/model-error.js';
import { bytesPerElement, describeTensor, sizeOf, type TensorData } from '../../tensor/tensor-data.js';
import { isRecord } from './wrong-member.js';

/** Names that are impossible in safetensors files or JavaScript objects. */
const reserved = ['__metadata__', '__proto__'];

/** The first fault of a tensor, as the end of a sentence about it; undefined for a valid one. */
export function wrongTensor(value: unknown): string | undefined {
  if (!isRecord(value)) return `is ${describeValue(value)}, not a tensor { dtype, shape, bytes }`;
  const { dtype, shape, bytes } = value as Partial<TensorData>;
  const wrongType = wrongDType(dtype);
  if (wrongType !== undefined) return wrongType;
  if (!Array.isArray(shape)) return `has a shape that is ${describeValue(shape)}, not an array`;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return `has the shape [${shape.map(String).join(', ')}]`;
  }
  if (!isBytes(bytes)) return `has bytes that are ${describeValue(bytes)}, not a Uint8Array`;
  const needed = sizeOf(shape) * bytesPerElement[dtype!];
  if (bytes.byteLength === needed) return undefined;
  return `is ${describeTensor({ dtype: dtype!, shape })} of ${needed} bytes, but holds ${bytes.byteLength}`;
}

export function wrongDType(dtype: unknown): string | undefined {
  if (typeof dtype === 'string' && Object.hasOwn(bytesPerElement, dtype)) return undefined;
  return `has the unknown dtype ${typeof dtype === 'string' ? JSON.stringify(dtype) : describeValue(dtype)}`;
}

/** Also true for arrays of another realm, such as a `vm` context. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** The first fault of tensors in a Map. @param what `parameters` */
export function wrongTensors(value: unknown, what: string): string | undefined {
  if (!isMap(value)) return `${what} that are ${describeValue(value)}, not a Map of tensors by name`;
  for (const [name, tensor] of value) {
    const wrong = typeof name === 'string' ? wrongName(name) : `is named by ${describeValue(name)}`;
    const fault = wrong ?? wrongTensor(tensor);
    if (fault !== undefined) return `${what} in which ${JSON.stringify(name)} ${fault}`;
  }
  return undefined;
}

/** The first fault of named arrays in an object. @param what `outputs` */
export function wrongBatch(value: unknown, what: string): string | undefined {
  if (!isRecord(value) || isMap(value)) return `${what} that are ${describeValue(value)}, not tensors by name`;
  for (const [name, tensor] of Object.entries(value)) {
    const fault = wrongName(name) ?? wrongTensor(tensor);
    if (fault !== undefined) return `${what} in which ${JSON.stringify(name)} ${fault}`;
  }
  return undefined;
}

export function wrongName(name: string): string | undefined {
  return reserved.includes(name) ? 'has a reserved name' : undefined;
}

export function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return value instanceof Map || Object.prototype.toString.call(value) === '[object Map]';
}
