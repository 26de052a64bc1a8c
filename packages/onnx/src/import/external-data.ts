import { type FileHandle, lstat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { invalidModel, isOnnxError, messageOf } from '../errors/onnx-error.js';
import { leastLazyBytes } from '../proto/byte-source.js';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from '../proto/messages.js';
import type { FileRange } from './file-tensor.js';
import { layoutOf } from './from-tensor.js';
import { openRegularFile } from './regular-file.js';

/**
 * Reads every tensor that the model keeps in another file of its folder, each into its own buffer.
 * @param folder undefined for a model that came as bytes
 * @param opened called once for each file that is read
 * @throws OnnxError MODEL_INVALID for a location outside the folder or the file, or a file that cannot be read.
 */
export async function readExternalData(
  model: ModelProto,
  folder: string | undefined,
  opened: (path: string) => void = () => undefined,
): Promise<ReadonlyMap<TensorProto, Uint8Array>> {
  return eachExternal(model, folder, opened, readPart);
}

/** As `readExternalData`, but finds large tensors without reading them. */
export async function findExternalData(
  model: ModelProto,
  folder: string,
  opened: (path: string) => void,
): Promise<ReadonlyMap<TensorProto, Uint8Array | FileRange>> {
  return eachExternal(model, folder, opened, async (file, tensor, entries, what, path) => {
    const { offset, length, status } = await rangeOf(file, tensor, entries, what);
    return length < leastLazyBytes ? readPart(file, tensor, entries, what) : { file: { path, status }, offset };
  });
}

type ReadTensor<T> = (
  file: FileHandle,
  tensor: TensorProto,
  entries: ReadonlyMap<string, string>,
  what: string,
  path: string,
) => Promise<T>;

async function eachExternal<T>(
  model: ModelProto,
  folder: string | undefined,
  opened: (path: string) => void,
  read: ReadTensor<T>,
): Promise<ReadonlyMap<TensorProto, T>> {
  const files = new Map<string, FileHandle>();
  const bytes = new Map<TensorProto, T>();
  try {
    for (const tensor of tensorsOf(model)) {
      if (tensor.dataLocation !== 1) continue;
      const what = `The tensor "${tensor.name}"`;
      const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
      const location = checkLocation(entries.get('location') ?? '', what, tensor.name);
      if (folder === undefined) {
        const hint = 'Read the model by its path.';
        throw invalidModel(
          `${what} is in the file ${location}, and a model given as bytes has no folder.`,
          tensor.name,
          hint,
        );
      }
      const file = files.get(location) ?? (await openInside(folder, location, what));
      if (!files.has(location)) opened(join(folder, location));
      files.set(location, file);
      bytes.set(tensor, await read(file, tensor, entries, what, join(folder, location)));
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
  return bytes;
}

function checkLocation(location: string, what: string, about: string): string {
  const parts = location.split(/[/\\]/);
  const inside = !isAbsolute(location) && !/^[a-z]:/i.test(location) && !parts.includes('..');
  if (inside && location !== '' && !location.includes('\0')) return location;
  const hint = 'Move the file next to the model and export it again.';
  throw invalidModel(`${what} is in "${location}", which is not a file in the model's folder.`, about, hint);
}

async function openInside(folder: string, location: string, what: string): Promise<FileHandle> {
  let path = folder;
  for (const part of location.split('/')) {
    path = join(path, part);
    const status = await lstat(path).catch((error: unknown) => {
      throw invalidModel(`${what} is in ${path}, which cannot be read: ${messageOf(error)}.`, path);
    });
    if (status.isSymbolicLink()) {
      const hint = 'Replace the link by the file itself.';
      throw invalidModel(
        `${what} is in ${path}, a symbolic link, which may lead out of the model's folder.`,
        path,
        hint,
      );
    }
  }
  const refuse = (how: string) => invalidModel(`${what} is in ${path}, which ${how}.`, path);
  return openRegularFile(path, { link: 'refuse', refuse }).catch((error: unknown) => {
    throw isOnnxError(error) ? error : refuse(`cannot be read: ${messageOf(error)}`);
  });
}

/** Where a tensor is in its file, checked. */
async function rangeOf(file: FileHandle, tensor: TensorProto, entries: ReadonlyMap<string, string>, what: string) {
  const { byteLength } = layoutOf(tensor, what);
  const status = await file.stat();
  const { size } = status;
  const location = entries.get('location');
  const offset = whole(entries.get('offset') ?? '0', 'offset', what);
  const length = whole(entries.get('length') ?? String(byteLength), 'length', what);
  if (length !== byteLength) {
    throw invalidModel(
      `${what} needs ${byteLength} bytes by its shape, but has ${length} in ${location}.`,
      tensor.name,
    );
  }
  if (offset + length > size) {
    const end = `${what} ends at byte ${offset + length} of ${location}`;
    throw invalidModel(`${end}, which has only ${size}.`, tensor.name);
  }
  return { offset, length, status };
}

async function readPart(
  file: FileHandle,
  tensor: TensorProto,
  entries: ReadonlyMap<string, string>,
  what: string,
): Promise<Uint8Array> {
  const { offset, length } = await rangeOf(file, tensor, entries, what);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    // Node rejects a read of 2 GiB or more.
    const piece = Math.min(length - done, 2 ** 30);
    const { bytesRead } = await file.read(bytes, done, piece, offset + done);
    if (bytesRead === 0)
      throw invalidModel(`${entries.get('location')} ended while ${what} was read from it.`, tensor.name);
    done += bytesRead;
  }
  return bytes;
}

function whole(text: string, entry: string, what: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw invalidModel(`${what} has the ${entry} "${text}", which is not a whole number.`);
  return value;
}

/** Every tensor of a model, in bodies and functions too. */
export function* tensorsOf(model: ModelProto): Generator<TensorProto> {
  if (model.graph) yield* tensorsOfGraph(model.graph);
  for (const { node, attributeProto } of model.functions) {
    yield* tensorsOfNodes(node);
    yield* tensorsOfAttributes(attributeProto);
  }
}

function* tensorsOfGraph(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  yield* tensorsOfNodes(graph.node);
}

function* tensorsOfNodes(nodes: readonly NodeProto[]): Generator<TensorProto> {
  for (const { attribute } of nodes) yield* tensorsOfAttributes(attribute);
}

function* tensorsOfAttributes(attributes: readonly AttributeProto[]): Generator<TensorProto> {
  for (const { t, g } of attributes) {
    if (t) yield t;
    if (g) yield* tensorsOfGraph(g);
  }
}
