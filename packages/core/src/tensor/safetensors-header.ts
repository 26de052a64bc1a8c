import { decodeText } from '../json/json-file.js';
import { JsonProblem, parseStrictJson, type StrictJson, shorten } from '../json/strict-json.js';
import { dtypeCodes, metadataKey } from './safetensors-layout.js';
import { bytesPerElement, type DType } from './tensor-data.js';

export interface TensorEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Byte offsets from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** An error in a safetensors header; the reader adds the file's name. */
export class HeaderProblem extends Error {}

/**
 * Parses the JSON header of a safetensors file and checks it against the size of the buffer after it: known types,
 * whole shapes, and offsets that fill the buffer exactly, with no gap and no overlap.
 * @throws HeaderProblem
 */
export function parseHeader(bytes: Uint8Array, bufferBytes: number): SafetensorsHeader {
  const tensors = new Map<string, TensorEntry>();
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of parseObject(bytes)) {
    if (name === metadataKey) metadata = parseMetadata(value);
    else tensors.set(name, parseEntry(value, `the tensor ${shorten(JSON.stringify(name))}`, bufferBytes));
  }
  checkFilled(tensors, bufferBytes);
  return { tensors, metadata };
}

function parseObject(bytes: Uint8Array): ReadonlyMap<string, StrictJson> {
  const text = decodeText(bytes);
  if (text === undefined) throw new HeaderProblem('its header is not UTF-8 text');
  if (!text.startsWith('{')) throw new HeaderProblem('its header does not start with "{"');
  try {
    return parseStrictJson(text, 4) as ReadonlyMap<string, StrictJson>;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new HeaderProblem(`its header is not valid JSON: ${error.message} (character ${error.position + 1})`);
  }
}

function parseMetadata(value: StrictJson): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (!(value instanceof Map)) throw new HeaderProblem(`its ${metadataKey} is not an object`);
  for (const [key, text] of value as ReadonlyMap<string, StrictJson>) {
    if (typeof text !== 'string') {
      throw new HeaderProblem(
        `its ${metadataKey} holds something other than text under ${shorten(JSON.stringify(key))}`,
      );
    }
    metadata.set(key, text);
  }
  return metadata;
}

const dtypeOfCode = new Map(Object.entries(dtypeCodes).map(([dtype, code]) => [code, dtype as DType]));

function parseEntry(value: StrictJson, label: string, bufferBytes: number): TensorEntry {
  if (!(value instanceof Map)) throw new HeaderProblem(`${label} is described by something other than an object`);
  const fields: ReadonlyMap<string, StrictJson> = value;
  const code = fields.get('dtype');
  const dtype = typeof code === 'string' ? dtypeOfCode.get(code) : undefined;
  if (dtype === undefined) {
    const known = [...dtypeOfCode.keys()].join(', ');
    throw new HeaderProblem(`${label} has the type ${shorten(JSON.stringify(code ?? null))}, expected one of ${known}`);
  }
  const shape = fields.get('shape');
  if (!isSizes(shape)) throw new HeaderProblem(`${label} has a shape that is not a list of whole numbers from 0 up`);
  const offsets = fields.get('data_offsets');
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new HeaderProblem(`${label} has data_offsets that are not two whole numbers from 0 up`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) throw new HeaderProblem(`${label} ends at ${end}, before its start at ${begin}`);
  if (end > bufferBytes) {
    throw new HeaderProblem(`${label} ends at byte ${end}, but the file holds only ${bufferBytes} bytes of tensors`);
  }
  const bytes = checkedSize(shape, bytesPerElement[dtype]);
  if (bytes === undefined) throw new HeaderProblem(`${label} has a shape whose size in bytes is too large`);
  if (bytes !== end - begin) {
    const declared = shorten(`${code}[${shape.join(', ')}]`);
    throw new HeaderProblem(`${label} is ${declared} and needs ${bytes} bytes, but its offsets span ${end - begin}`);
  }
  return { dtype, shape, begin, end };
}

function isSizes(value: StrictJson | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0));
}

function checkedSize(shape: readonly number[], elementBytes: number): number | undefined {
  let bytes = elementBytes;
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

function checkFilled(tensors: ReadonlyMap<string, TensorEntry>, bufferBytes: number): void {
  let filled = 0;
  let previous = '';
  for (const [name, { begin, end }] of inFileOrder(tensors)) {
    const label = `the tensor ${shorten(JSON.stringify(name))}`;
    if (begin < filled) throw new HeaderProblem(`${label} overlaps ${shorten(JSON.stringify(previous))}`);
    if (begin > filled) throw new HeaderProblem(`${begin - filled} bytes before ${label} belong to no tensor`);
    filled = end;
    previous = name;
  }
  if (filled < bufferBytes) {
    throw new HeaderProblem(`${bufferBytes - filled} bytes after the last tensor belong to no tensor`);
  }
}

export function inFileOrder(tensors: ReadonlyMap<string, TensorEntry>): [string, TensorEntry][] {
  return [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
}
