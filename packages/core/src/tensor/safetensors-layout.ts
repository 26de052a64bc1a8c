import { ForgeError } from '../errors/forge-error.js';
import type { FilePlace } from './file-place.js';
import {
  bytesPerElement,
  type DType,
  describeTensor,
  type NamedTensors,
  sizeOf,
  type TensorData,
} from './tensor-data.js';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): a little-endian u64 with the header's
 * length, a JSON header, then one buffer that the tensors fill without a gap.
 */
export const dtypeCodes: Readonly<Record<DType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

/** The format's limit for the header. */
export const maxHeaderBytes = 100_000_000;
export const lengthBytes = 8;
export const metadataKey = '__metadata__';

export interface Layout {
  /** The length and the header, padded so that the tensors start at a multiple of 8. */
  readonly head: Uint8Array;
  /** The tensors in the order of the file. */
  readonly inFileOrder: readonly (readonly [name: string, tensor: TensorData])[];
  /** Where each tensor's bytes are in the file. */
  readonly places: ReadonlyMap<string, FilePlace>;
}

/**
 * Where each tensor goes. The header keeps the order of the map; the buffer has the widest elements first, so that
 * every tensor is aligned to its elements and can be used without a copy.
 * @throws ForgeError BACKEND_INVALID for a tensor whose bytes do not match its type and shape, or a reserved name.
 */
export function layOut(tensors: NamedTensors, metadata: ReadonlyMap<string, string> = new Map()): Layout {
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const label = JSON.stringify(name);
    if (name === metadataKey) {
      throw new ForgeError('BACKEND_INVALID', `A tensor cannot be named ${label}: safetensors files reserve it.`);
    }
    if (bytesPerElement[dtype] * sizeOf(shape) !== bytes.length || !shape.every((size) => Number.isSafeInteger(size))) {
      const message = `The tensor ${label} is declared as ${describeTensor({ dtype, shape })} but holds ${bytes.length} bytes.`;
      throw new ForgeError('BACKEND_INVALID', message, { about: name });
    }
  }
  const inFileOrder = [...tensors].sort(([, a], [, b]) => bytesPerElement[b.dtype] - bytesPerElement[a.dtype]);
  const offsets = new Map<string, number>();
  let end = 0;
  for (const [name, { bytes }] of inFileOrder) {
    offsets.set(name, end);
    end += bytes.length;
  }
  // Built as text: an object would move names that look like integers to the front.
  const entries = metadata.size === 0 ? [] : [entry(metadataKey, Object.fromEntries(metadata))];
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const begin = offsets.get(name)!;
    entries.push(entry(name, { dtype: dtypeCodes[dtype], shape, data_offsets: [begin, begin + bytes.length] }));
  }
  const start = head(`{${entries.join(',')}}`);
  const places = inFileOrder.map(([name, { bytes }]) => {
    return [name, { offset: start.length + offsets.get(name)!, length: bytes.length }] as const;
  });
  return { head: start, inFileOrder, places: new Map(places) };
}

function entry(name: string, value: object): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function head(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > maxHeaderBytes) {
    const message = `The names of the tensors need a header of ${length} bytes, more than safetensors allows (${maxHeaderBytes}).`;
    throw new ForgeError('BACKEND_INVALID', message);
  }
  const bytes = new Uint8Array(lengthBytes + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, lengthBytes);
  return bytes;
}
