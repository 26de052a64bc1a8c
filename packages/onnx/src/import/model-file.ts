import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { invalidModel, isOnnxError, messageOf, OnnxError } from '../errors/onnx-error.js';
import { type ByteSource, bytesOfFile, UnreadBytes } from '../proto/byte-source.js';
import { decode, modelProto } from '../proto/codecs.js';
import type { ModelProto, TensorProto } from '../proto/messages.js';
import { WireProblem } from '../proto/wire-reader.js';
import { tensorsOf } from './external-data.js';
import type { FileRange } from './file-tensor.js';
import { openRegularFile, readWholeFile } from './regular-file.js';

/** A decoded model file. */
export interface ModelFile {
  readonly model: ModelProto;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Where the large tensors are that were not read. */
  readonly unread: ReadonlyMap<TensorProto, FileRange>;
}

/**
 * Decodes a model file without reading its large tensors.
 * @throws OnnxError FILE_SYSTEM, also for a pipe or device; MODEL_INVALID, also where it is larger than any .onnx file
 */
export async function openModelFile(path: string): Promise<ModelFile> {
  return withFile(path, async (file, status) => {
    const { size } = status;
    const model = decodeModel(bytesOfFile(file.fd, size));
    const unread = new Map<TensorProto, FileRange>();
    for (const tensor of tensorsOf(model)) {
      const { rawData, dataLocation } = tensor;
      if (dataLocation === 1 || !(rawData instanceof UnreadBytes)) continue;
      unread.set(tensor, { file: { path, status }, offset: rawData.offset });
    }
    return { model, size, unread };
  });
}

/**
 * The bytes of a model file.
 * @throws OnnxError FILE_SYSTEM, also for a pipe or device; MODEL_INVALID where it is larger than any .onnx file
 */
export async function readModelFile(path: string): Promise<Uint8Array> {
  return withFile(path, (file, { size }) => readWholeFile(file, size));
}

/** @throws OnnxError MODEL_INVALID for what is not a model */
export function decodeModel(content: Uint8Array | ByteSource): ModelProto {
  try {
    return decode(modelProto, content);
  } catch (error) {
    if (!(error instanceof WireProblem)) throw error;
    throw invalidModel(`This is not an ONNX model, or it is corrupt: ${error.message}.`, undefined, 'Export it again.');
  }
}

async function withFile<T>(path: string, read: (file: FileHandle, status: Stats) => Promise<T>): Promise<T> {
  try {
    const file = await openRegularFile(path, { refuse: (how) => unreadable(path, `it ${how}`) });
    try {
      const status = await file.stat();
      const { size } = status;
      if (size >= 2 ** 31) throw invalidModel(`It has ${size} bytes, more than the 2 GB an .onnx file holds.`, path);
      return await read(file, status);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isOnnxError(error) ? error : unreadable(path, messageOf(error), error);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): OnnxError {
  return new OnnxError('FILE_SYSTEM', `${path} cannot be read: ${reason}.`, { about: path, cause });
}
