import { type FileHandle, open, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, OnnxError } from '../errors/onnx-error.js';
import { type ExternalBytes, fromTensor } from '../import/from-tensor.js';
import { encode, modelProto, stringStringEntryProto } from '../proto/codecs.js';
import type { ModelProto, TensorProto } from '../proto/messages.js';
import { type AnyTensor, heldBytes, type LazyTensor } from '../tensor/tensor.js';

/** Smaller tensors stay in the model's own file, as ONNX's tools have it. */
const leastExternal = 1024;
/** Tensors in another file begin at a multiple of this, so that they can be mapped into memory aligned. */
const alignment = 64;

/** Bytes of a tensor that are copied at once. */
const partBytes = 2 ** 23;

/**
 * Writes a model file; with `external`, its large initializers into another one beside it, `NAME.data`.
 * @param external where initializers are that the model does not have itself
 * @returns the paths written
 * @throws OnnxError FILE_SYSTEM
 */
export async function writeModelFile(
  path: string,
  model: ModelProto,
  external?: ExternalBytes,
): Promise<readonly string[]> {
  const dataPath = join(dirname(path), `${basename(path)}.data`);
  try {
    const written = external ? await withExternalData(model, dataPath, external) : model;
    await writeFile(path, encode(modelProto, written));
    return external ? [path, dataPath] : [path];
  } catch (error) {
    if (external) await unlink(dataPath).catch(() => undefined);
    throw new OnnxError('FILE_SYSTEM', `${path} cannot be written: ${messageOf(error)}.`, {
      about: path,
      cause: error,
    });
  }
}

async function withExternalData(model: ModelProto, dataPath: string, external: ExternalBytes): Promise<ModelProto> {
  const file = await open(dataPath, 'w');
  let at = 0;
  try {
    const initializer: TensorProto[] = [];
    for (const tensor of model.graph!.initializer) {
      const data = external.has(tensor) ? fromTensor(tensor, `The tensor "${tensor.name}"`, external) : undefined;
      const length = data ? heldBytes(data) : (tensor.rawData?.length ?? 0);
      if (length < leastExternal) {
        initializer.push(data ? { ...tensor, rawData: data.bytes, externalData: [], dataLocation: 0 } : tensor);
        continue;
      }
      at = Math.ceil(at / alignment) * alignment;
      await writeTensor(file, data ?? { bytes: tensor.rawData as Uint8Array }, at);
      const entries = { location: basename(dataPath), offset: String(at), length: String(length) };
      initializer.push({
        ...tensor,
        rawData: undefined,
        externalData: Object.entries(entries).map(([key, value]) => stringStringEntryProto.of({ key, value })),
        dataLocation: 1,
      });
      at += length;
    }
    return { ...model, graph: { ...model.graph!, initializer } };
  } finally {
    await file.close();
  }
}

async function writeTensor(
  file: FileHandle,
  data: LazyTensor | Pick<AnyTensor, 'bytes'>,
  position: number,
): Promise<void> {
  if (!('part' in data)) return writeAt(file, data.bytes, position);
  for (let from = 0; from < data.byteLength; from += partBytes) {
    await writeAt(file, data.part(from, Math.min(from + partBytes, data.byteLength)), position + from);
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    // Node rejects a write of 2 GiB or more.
    const piece = Math.min(bytes.length - done, 2 ** 30);
    done += (await file.write(bytes, done, piece, position + done)).bytesWritten;
  }
}

/** The sum of the sizes of files. */
export async function sizeOfFiles(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
