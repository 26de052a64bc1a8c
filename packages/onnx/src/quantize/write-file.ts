import { open, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, OnnxError } from '../errors/onnx-error.js';
import { encode, modelProto, stringStringEntryProto } from '../proto/codecs.js';
import type { ModelProto, TensorProto } from '../proto/messages.js';

/** Smaller tensors stay in the model's own file, as ONNX's tools have it. */
const leastExternal = 1024;
/** Tensors in another file begin at a multiple of this, so that they can be mapped into memory aligned. */
const alignment = 64;

/**
 * Writes a model file; with `external`, its large initializers into another one beside it, `NAME.data`.
 * @returns the paths written
 * @throws OnnxError FILE_SYSTEM
 */
export async function writeModelFile(path: string, model: ModelProto, external: boolean): Promise<readonly string[]> {
  const dataPath = join(dirname(path), `${basename(path)}.data`);
  try {
    const written = external ? await withExternalData(model, dataPath) : model;
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

async function withExternalData(model: ModelProto, dataPath: string): Promise<ModelProto> {
  const file = await open(dataPath, 'w');
  let at = 0;
  try {
    const initializer: TensorProto[] = [];
    for (const tensor of model.graph!.initializer) {
      const bytes = tensor.rawData;
      if (!bytes || bytes.length < leastExternal) {
        initializer.push(tensor);
        continue;
      }
      at = Math.ceil(at / alignment) * alignment;
      await writeAt(file, bytes, at);
      const entries = { location: basename(dataPath), offset: String(at), length: String(bytes.length) };
      initializer.push({
        ...tensor,
        rawData: undefined,
        externalData: Object.entries(entries).map(([key, value]) => stringStringEntryProto.of({ key, value })),
        dataLocation: 1,
      });
      at += bytes.length;
    }
    return { ...model, graph: { ...model.graph!, initializer } };
  } finally {
    await file.close();
  }
}

async function writeAt(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, position: number): Promise<void> {
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
