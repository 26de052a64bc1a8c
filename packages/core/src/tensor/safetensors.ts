import type { FileHandle } from 'node:fs/promises';
import { corruptCheckpoint } from '../errors/corrupt-checkpoint.js';
import { ForgeError } from '../errors/forge-error.js';
import { type Checksummer, checksummerFor, type FileSummary } from '../fs/checksum.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { writeNewFile } from '../fs/new-file.js';
import { openRegularFile } from '../fs/open-regular-file.js';
import { EndOfFile, type ReadTarget, readInto } from '../fs/read-into.js';
import { HeaderProblem, parseHeader, type SafetensorsHeader } from './safetensors-header.js';
import { layOut, lengthBytes, maxHeaderBytes } from './safetensors-layout.js';
import { blocksOf } from './tensor-blocks.js';
import type { NamedTensors, TensorData } from './tensor-data.js';

export interface Safetensors {
  readonly tensors: NamedTensors;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Creates a safetensors file and fsyncs it. The tensors are written in pieces, without copying them.
 * @throws ForgeError BACKEND_INVALID for tensors whose bytes do not match their shape; otherwise what `node:fs` throws.
 */
export async function writeSafetensors(
  path: string,
  tensors: NamedTensors,
  metadata?: ReadonlyMap<string, string>,
): Promise<FileSummary> {
  const { head, inFileOrder } = layOut(tensors, metadata);
  return writeNewFile(path, [{ bytes: head }, ...inFileOrder.map(([, { bytes }]) => ({ bytes }))]);
}

/**
 * Reads a safetensors file, each tensor aligned to its elements, and in the same pass checks its size and checksum if
 * they are known. Checks everything that the header declares.
 * @throws ForgeError CHECKPOINT_CORRUPT naming the file, the tensor and the error; FILE_SYSTEM.
 */
export async function readSafetensors(path: string, expected?: FileSummary): Promise<Safetensors> {
  return withFile(path, expected !== undefined, async (handle) => {
    const summer = expected && checksummerFor(expected.checksum);
    const { tensors: entries, metadata, start } = await readHead(handle, path, expected?.bytes, summer);
    const tensors = new Map<string, TensorData>([...entries.keys()].map((name) => [name, unread]));
    const targets = function* (): Iterable<ReadTarget> {
      for (const block of blocksOf(entries)) {
        const memory = allocate(block.bytes, path);
        for (const { name, entry, at } of block.tensors) {
          const { dtype, shape, begin, end } = entry;
          const bytes = memory.subarray(at, at + end - begin);
          tensors.set(name, { dtype, shape, bytes });
          yield { bytes, position: start + begin };
        }
      }
    };
    await fill(handle, path, targets(), summer);
    if (summer?.checksum() !== expected?.checksum) {
      throw corruptCheckpoint(path, 'its content does not match its checksum');
    }
    return { tensors, metadata };
  });
}

/**
 * The header of a checkpoint's safetensors file, checked, without reading the tensors.
 * @throws ForgeError CHECKPOINT_CORRUPT, FILE_SYSTEM
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, true, (handle) => readHead(handle, path, undefined, undefined));
}

/** A placeholder that keeps the order of the header until the tensor is read. */
const unread: TensorData = { dtype: 'uint8', shape: [0], bytes: new Uint8Array(0) };

/** @param own whether it is a file of a checkpoint, where links are refused; a file that the user names may be a link. */
async function withFile<T>(path: string, own: boolean, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const refuse = (how: string) => corruptCheckpoint(path, `it ${how}`);
    const handle = await openRegularFile(path, own ? { link: 'refuse', refuse } : { refuse });
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) throw corruptCheckpoint(path, 'it is missing');
    throw fsError(error, path, 'read');
  }
}

async function readHead(
  handle: FileHandle,
  path: string,
  expectedBytes: number | undefined,
  summer: Checksummer | undefined,
): Promise<SafetensorsHeader & { start: number }> {
  const { size } = await handle.stat();
  if (expectedBytes !== undefined && size !== expectedBytes) {
    throw corruptCheckpoint(path, `it has ${size} bytes, expected ${expectedBytes}`);
  }
  if (size < lengthBytes)
    throw corruptCheckpoint(path, `it has ${size} bytes, fewer than the 8 that every safetensors file starts with`);
  const length = new Uint8Array(lengthBytes);
  await fill(handle, path, [{ bytes: length, position: 0 }], summer);
  const headerBytes = Number(new DataView(length.buffer).getBigUint64(0, true));
  if (headerBytes > maxHeaderBytes) {
    throw corruptCheckpoint(
      path,
      `it declares a header of ${headerBytes} bytes, more than the format's ${maxHeaderBytes}`,
    );
  }
  const start = lengthBytes + headerBytes;
  if (start > size) {
    throw corruptCheckpoint(
      path,
      `it declares a header of ${headerBytes} bytes, but only ${size - lengthBytes} follow`,
    );
  }
  const header = new Uint8Array(headerBytes);
  await fill(handle, path, [{ bytes: header, position: lengthBytes }], summer);
  try {
    return { ...parseHeader(header, size - start), start };
  } catch (error) {
    if (error instanceof HeaderProblem) throw corruptCheckpoint(path, error.message);
    throw error;
  }
}

async function fill(
  handle: FileHandle,
  path: string,
  targets: Iterable<ReadTarget>,
  summer: Checksummer | undefined,
): Promise<void> {
  try {
    await readInto(handle, targets, (piece) => summer?.update(piece));
  } catch (error) {
    if (!(error instanceof EndOfFile)) throw error;
    throw corruptCheckpoint(path, `it ended at byte ${error.position} while it was read`);
  }
}

function allocate(bytes: number, path: string): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    const message = `Tensors of ${path} need ${bytes} bytes in one allocation, more than fit in memory.`;
    throw new ForgeError('FILE_SYSTEM', message, { about: path, cause });
  }
}
