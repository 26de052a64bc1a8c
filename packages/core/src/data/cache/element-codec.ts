import { ForgeError } from '../../errors/forge-error.js';
import {
  bytesPerElement,
  type DType,
  isTensorData,
  sizeOf,
  type TensorData,
  type TypedArray,
} from '../../tensor/tensor-data.js';
import { nameOfType } from '../to-tensor.js';

/**
 * An element as bytes: a little-endian u32 with the length of a JSON text, the text in UTF-8, then the bytes of its
 * arrays one after the other, little-endian. In the text, `null`, booleans, finite numbers and strings are themselves;
 * every other value is a list that starts with its kind:
 *
 *     ["list", value, …]   ["object", name, value, …]   ["tensor", dtype, shape]   ["array", "Int32Array", length]
 *     ["number", "NaN" | "Infinity" | "-Infinity" | "-0"]   ["bigint", "12"]   ["undefined"]
 */
type Json = null | boolean | number | string | readonly Json[];

/** Deeper values are refused, so that no text can exhaust the stack. */
const maxDepth = 32;

const arrays = {
  Float64Array,
  Float32Array,
  BigInt64Array,
  BigUint64Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
} as const;

/** @throws ForgeError DATA_INVALID naming the value that cannot be stored, such as a function or an instance of a class */
export function encodeElement(element: unknown, index: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const text = Buffer.from(JSON.stringify(encode(element, '', parts, index, 0)));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text, ...parts]);
}

function encode(value: unknown, place: string, parts: Uint8Array[], index: number, depth: number): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return ['number', '-0'];
    return Number.isFinite(value) ? value : ['number', String(value)];
  }
  if (value === undefined) return ['undefined'];
  if (typeof value === 'bigint') return ['bigint', String(value)];
  const inner = (part: unknown, name: string) => encode(part, `${place}.${name}`, parts, index, depth + 1);
  if (depth < maxDepth) {
    if (Array.isArray(value)) return ['list', ...value.map((part, at) => inner(part, String(at)))];
    if (isTensorData(value)) {
      parts.push(value.bytes);
      return ['tensor', value.dtype, [...value.shape]];
    }
    if (ArrayBuffer.isView(value)) {
      const type = (value as TypedArray)[Symbol.toStringTag] as string;
      if (Object.hasOwn(arrays, type)) {
        parts.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        return ['array', type, (value as TypedArray).length];
      }
    } else if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
      return ['object', ...Object.entries(value).flatMap(([name, part]) => [name, inner(part, name)])];
    }
  }
  const what = depth < maxDepth ? nameOfType(value) : `nested deeper than ${maxDepth} levels`;
  const where = place === '' ? `Element ${index}` : `The value "${place.slice(1)}" of element ${index}`;
  throw new ForgeError('DATA_INVALID', `${where} cannot be cached: it is ${what}.`, {
    about: `element ${index}`,
    hint: 'Cache numbers, strings, arrays, and lists and objects of them; make other values in a map after the cache.',
  });
}

/** @throws Error for bytes that `encodeElement` did not write */
export function decodeElement(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 4 + buffer.readUInt32LE(0);
  if (end > buffer.length) throw new Error('its text is cut off');
  const decoder = new Decoder(buffer, end);
  const value = decoder.decode(JSON.parse(buffer.toString('utf8', 4, end)), 0);
  decoder.checkEnd();
  return value;
}

class Decoder {
  #at: number;

  constructor(
    private readonly bytes: Buffer,
    start: number,
  ) {
    this.#at = start;
  }

  decode(json: Json, depth: number): unknown {
    if (!Array.isArray(json)) return json;
    if (depth > maxDepth) throw new Error(`it is nested deeper than ${maxDepth} levels`);
    const [kind, ...rest] = json as readonly Json[];
    switch (kind) {
      case 'list':
        return rest.map((part) => this.decode(part, depth + 1));
      case 'object': {
        const entries: [string, unknown][] = [];
        for (let at = 0; at < rest.length; at += 2)
          entries.push([String(rest[at]), this.decode(rest[at + 1]!, depth + 1)]);
        return Object.fromEntries(entries);
      }
      case 'tensor':
        return this.#tensor(rest[0], rest[1]);
      case 'array': {
        const Type = Object.hasOwn(arrays, String(rest[0])) ? arrays[rest[0] as keyof typeof arrays] : undefined;
        if (Type === undefined) break;
        const bytes = this.#take(Number(rest[1]) * Type.BYTES_PER_ELEMENT);
        return new Type(bytes.buffer);
      }
      case 'number':
        return Number(rest[0]);
      case 'bigint':
        return BigInt(String(rest[0]));
      case 'undefined':
        return undefined;
    }
    throw new Error(`it has a value of the kind ${JSON.stringify(kind)}`);
  }

  checkEnd(): void {
    if (this.#at !== this.bytes.length) throw new Error('it has bytes that belong to no array');
  }

  #tensor(dtype: Json | undefined, shape: Json | undefined): TensorData {
    const known = typeof dtype === 'string' && Object.hasOwn(bytesPerElement, dtype);
    if (!known || !Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)) {
      throw new Error('it has a tensor without a type or shape');
    }
    const bytes = this.#take(sizeOf(shape as readonly number[]) * bytesPerElement[dtype as DType]);
    return { dtype: dtype as DType, shape: shape as readonly number[], bytes };
  }

  /** A copy, which the consumer may change, and which is aligned for every type. */
  #take(length: number): Uint8Array<ArrayBuffer> {
    if (!(length >= 0 && this.#at + length <= this.bytes.length)) throw new Error('its arrays are cut off');
    const part = new Uint8Array(length);
    part.set(this.bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return part;
  }
}
