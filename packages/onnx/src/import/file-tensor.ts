import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { messageOf, OnnxError } from '../errors/onnx-error.js';
import type { LazyTensor } from '../tensor/tensor.js';

/** A regular file that was open when the model was read. */
export interface SourceFile {
  readonly path: string;
  readonly status: Pick<Stats, 'size' | 'mtimeMs'>;
}

/** Bytes of a file. */
export interface FileRange {
  readonly file: SourceFile;
  readonly offset: number;
}

/** Node rejects a read of 2 GiB or more. */
const mostRead = 2 ** 30;

/**
 * A tensor that is read from its file when its bytes are used, and again after their memory was freed.
 * Its `bytes` throw OnnxError FILE_SYSTEM where the file is gone or has changed since the model was read.
 */
export function fileTensor(
  name: string,
  { dtype, shape, byteLength }: Pick<LazyTensor, 'dtype' | 'shape' | 'byteLength'>,
  range: FileRange,
): LazyTensor {
  let read: WeakRef<Uint8Array> | undefined;
  return {
    dtype,
    shape,
    byteLength,
    part(from, to) {
      const bytes = new Uint8Array(to - from);
      readRange(name, { ...range, offset: range.offset + from }, bytes);
      return bytes;
    },
    readInto: (bytes) => readRange(name, range, bytes),
    get bytes() {
      const known = read?.deref();
      if (known !== undefined) return known;
      const bytes = new Uint8Array(byteLength);
      readRange(name, range, bytes);
      read = new WeakRef(bytes);
      return bytes;
    },
  };
}

/** Fills memory with the bytes of a file. */
function readRange(name: string, { file: { path, status }, offset }: FileRange, bytes: Uint8Array): void {
  const { length } = bytes;
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    const { size, mtimeMs } = fstatSync(handle);
    if (size !== status.size || mtimeMs !== status.mtimeMs) throw new Error('it has changed since the model was read');
    for (let done = 0; done < length; ) {
      const count = readSync(handle, bytes, done, Math.min(length - done, mostRead), offset + done);
      if (count === 0) throw new Error('it is shorter than it was');
      done += count;
    }
  } catch (error) {
    throw new OnnxError('FILE_SYSTEM', `The tensor "${name}" cannot be read from ${path}: ${messageOf(error)}.`, {
      about: path,
      hint: 'Keep the file as it is while the model is in use.',
      cause: error,
    });
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
