import type { FileHandle } from 'node:fs/promises';
import { noteFileRead } from '../../config/loader/note-file-read.js';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';
import { EndOfFile, readInto } from '../../fs/read-into.js';
import { bytesPerElement, describeTensor, sizeOf, type TensorData } from '../../tensor/tensor-data.js';
import { swapBytes } from '../arrays/swap-bytes.js';
import { type FileStatus, requireUnchanged, statusOf } from '../file-status.js';
import { toCOrder } from './fortran-order.js';
import { mostHeaderBytes, type NpyHeader, parseNpyHeader } from './npy-header.js';

/** A larger file is read as a stream. */
const mostBytes = 2 ** 30;

/** An open npy file, whose size fits its header. */
export interface NpyFile {
  readonly handle: FileHandle;
  readonly header: NpyHeader;
  readonly status: FileStatus;
}

/** Opens a file; close its handle. @throws ForgeError DATA_INVALID, FILE_SYSTEM */
export async function openNpy(path: string, expected?: FileStatus): Promise<NpyFile> {
  const handle = await openRegularFile(path).catch((error: unknown) => {
    throw fsError(error, path, 'read');
  });
  try {
    const status = await statusOf(handle);
    if (expected !== undefined) requireUnchanged(path, expected, status);
    const start = Buffer.alloc(Math.min(status.size, mostHeaderBytes));
    await readInto(handle, [{ bytes: start, position: 0 }], () => undefined);
    const header = parseNpyHeader(start, path);
    checkSize(header, status.size - header.offset, path);
    return { handle, header, status };
  } catch (error) {
    await handle.close();
    throw fsError(error, path, 'read');
  }
}

/**
 * Reads the array of a npy file. In the `load` of a config, the run records that it needs the file.
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM
 */
export async function readNpy(path: string): Promise<TensorData> {
  noteFileRead(path, 'readNpy');
  const { handle, header, status } = await openNpy(path);
  try {
    if (status.size > mostBytes) {
      throw new ForgeError('DATA_INVALID', `${path} has more than 1 GiB, too much for an array in memory.`, {
        about: path,
        hint: 'Read it in order: { stream: true }.',
      });
    }
    // Uninitialized: every byte is read.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(status.size - header.offset).buffer);
    await readInto(handle, [{ bytes, position: header.offset }], () => undefined);
    requireUnchanged(path, status, await statusOf(handle));
    return tensorOf(header, bytes);
  } catch (error) {
    if (error instanceof EndOfFile) requireUnchanged(path, status, await statusOf(handle));
    throw fsError(error, path, 'read');
  } finally {
    await handle.close();
  }
}

/** The array of a npy file in memory. @throws ForgeError DATA_INVALID */
export function parseNpy(file: Buffer, name: string): TensorData {
  const header = parseNpyHeader(file.subarray(0, mostHeaderBytes), name);
  checkSize(header, file.length - header.offset, name);
  return tensorOf(header, file.subarray(header.offset));
}

/** @param bytes all elements as the file has them; they are changed */
function tensorOf({ dtype, shape, isBigEndian, isFortranOrder }: NpyHeader, bytes: Uint8Array): TensorData {
  const size = bytesPerElement[dtype];
  if (isBigEndian) swapBytes(bytes, size);
  return { dtype, shape, bytes: isFortranOrder && shape.length > 1 ? toCOrder(bytes, shape, size) : bytes };
}

function checkSize(header: NpyHeader, bytes: number, name: string): void {
  const expected = sizeOf(header.shape) * bytesPerElement[header.dtype];
  if (bytes === expected) return;
  const fault = bytes < expected ? 'is truncated' : 'is too long';
  throw new ForgeError(
    'DATA_INVALID',
    `${name} ${fault}: ${describeTensor(header)} needs ${expected} bytes, it has ${bytes}.`,
    {
      about: name,
      hint: 'Get the file again, or save the array again with numpy.save.',
    },
  );
}
