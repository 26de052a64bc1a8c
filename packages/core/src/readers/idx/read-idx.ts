import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { noteFileRead } from '../../config/loader/note-file-read.js';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { readBounded } from '../../fs/read-bounded.js';
import { bytesPerElement, type DType, sizeOf, type TensorData } from '../../tensor/tensor-data.js';
import { swapBytes } from '../arrays/swap-bytes.js';

const mostBytes = 2 ** 30;
const mostDimensions = 8;
const gunzipAsync = promisify(gunzip);

const dtypes: Readonly<Record<number, DType>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

/**
 * Reads an idx file, plain or gzipped (by its first bytes, not its name). In the `load` of a config, the run records
 * that it needs the file.
 * The format: http://yann.lecun.com/exdb/mnist, "FILE FORMATS".
 * @throws ForgeError DATA_INVALID naming the file and what is wrong with it; FILE_SYSTEM
 */
export async function readIdx(path: string): Promise<TensorData> {
  noteFileRead(path, 'readIdx');
  const bytes = await readBounded(path, { what: 'idx file', code: 'DATA_INVALID', maxBytes: mostBytes });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return parseIdx(bytes, path);
  let unpacked: Uint8Array;
  try {
    unpacked = await gunzipAsync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    throw invalid(path, `cannot be decompressed (${messageOf(error)})`);
  }
  return parseIdx(unpacked, path);
}

/**
 * Two zero bytes, the element type, the number of dimensions, each dimension as a big-endian uint32, the elements
 * big-endian.
 * @param bytes changed in place
 * @param name the file's name for messages
 * @throws ForgeError DATA_INVALID
 */
export function parseIdx(bytes: Uint8Array, name: string): TensorData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw invalid(name, `is truncated: ${bytes.length} bytes are no idx header`);
  if (view.getUint16(0) !== 0) throw invalid(name, 'is not an idx file: it does not begin with two zero bytes');
  const dtype = dtypes[bytes[2]!];
  if (dtype === undefined) throw invalid(name, `has elements of type ${bytes[2]}, which the format does not have`);
  const rank = bytes[3]!;
  if (rank < 1 || rank > mostDimensions) throw invalid(name, `has ${rank} dimensions, not 1 to ${mostDimensions}`);
  const headerSize = 4 + 4 * rank;
  if (bytes.length < headerSize) throw invalid(name, `is truncated: its header should have ${headerSize} bytes`);
  const shape = Array.from({ length: rank }, (_, dimension) => view.getUint32(4 + 4 * dimension));
  const expected = sizeOf(shape) * bytesPerElement[dtype];
  const values = bytes.subarray(headerSize);
  if (values.length !== expected) {
    const fault = values.length < expected ? 'is truncated' : 'is too long';
    throw invalid(name, `${fault}: ${shape.join(' × ')} elements need ${expected} bytes, it has ${values.length}`);
  }
  swapBytes(values, bytesPerElement[dtype]);
  return { dtype, shape, bytes: values };
}

function invalid(name: string, fault: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${name} ${fault}.`, { about: name, hint: 'Get the file again.' });
}
