import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ForgeError, messageOf } from '@forge-ml/core';

/** An idx file of unsigned bytes: its dimensions and its elements in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** A limit well above the largest file of MNIST, which has 47 MB. */
const largestFile = 64 * 1024 * 1024;
const unsignedByte = 0x08;
const gunzipAsync = promisify(gunzip);

/**
 * Reads an idx file, plain or gzipped (detected by its first bytes, not its name).
 * The format: http://yann.lecun.com/exdb/mnist, "FILE FORMATS".
 * @throws ForgeError DATA_INVALID naming the file and what is wrong with it.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  let bytes = await readBounded(path);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = await gunzipAsync(bytes, { maxOutputLength: largestFile });
    } catch (error) {
      throw invalid(path, `cannot be decompressed (${messageOf(error)})`);
    }
  }
  return parseIdx(bytes, path);
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= largestFile) return await readFile(path);
  } catch (error) {
    throw invalid(path, `cannot be read (${messageOf(error)})`);
  }
  throw invalid(path, `is larger than any idx file of digits`);
}

/**
 * Two zero bytes, the element type, the number of dimensions, each dimension as a big-endian uint32, the elements.
 * @param name the file's name for messages
 * @throws ForgeError DATA_INVALID
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw invalid(name, `is truncated: ${bytes.length} bytes are no idx header`);
  if (view.getUint16(0) !== 0) throw invalid(name, 'is not an idx file: it does not begin with two zero bytes');
  if (bytes[2] !== unsignedByte) throw invalid(name, `has elements of type ${bytes[2]}, not unsigned bytes (8)`);
  const rank = bytes[3]!;
  if (rank < 1 || rank > 4) throw invalid(name, `has ${rank} dimensions`);
  const headerSize = 4 + 4 * rank;
  if (bytes.length < headerSize) throw invalid(name, `is truncated: its header should have ${headerSize} bytes`);
  const shape = Array.from({ length: rank }, (_, dimension) => view.getUint32(4 + 4 * dimension));
  const expected = shape.reduce((product, dimension) => product * dimension, 1);
  const values = bytes.subarray(headerSize);
  if (values.length !== expected) {
    const fault = values.length < expected ? 'is truncated' : 'is too long';
    throw invalid(name, `${fault}: ${shape.join(' × ')} elements need ${expected} bytes, it has ${values.length}`);
  }
  return { shape, values };
}

function invalid(name: string, fault: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${name} ${fault}.`, {
    about: name,
    hint: 'Download the file again, or set --data-dir to another folder.',
  });
}
