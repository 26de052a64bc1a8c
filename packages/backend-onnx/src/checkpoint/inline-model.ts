import { ForgeError } from '@forge-ml/core/plugin';
import { decode, encode, modelProto, readExternalData, readModelFile, tensorProto } from '@forge-ml/onnx/proto';
import { foldHalfCasts } from './fold-casts.js';

/** protobuf's limit on a message, less 1 MiB for everything but the tensors. */
const maxBytes = 2 ** 31 - 2 ** 20;

/**
 * Moves a model's external data into the file; weights that are cast to half precision are stored in it.
 * @throws ForgeError MODEL_INVALID for weights outside of the folder, or more than 2 GB of them.
 */
export async function inlineModel(path: string, folder: string): Promise<Uint8Array> {
  const model = decode(modelProto, await readModelFile(path));
  const external = await readExternalData(model, folder);
  const total = [...external.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  if (total > maxBytes) {
    throw new ForgeError('MODEL_INVALID', `The weights are ${total} bytes, more than the 2 GB an .onnx file holds.`, {
      about: path,
      hint: 'Export a folder, with the weights in another file: --format onnx-folder.',
    });
  }
  if (model.graph === undefined) return encode(modelProto, model);
  const initializer = model.graph.initializer.map((tensor) => {
    const rawData = external.get(tensor);
    return rawData === undefined ? tensor : tensorProto.of({ ...tensor, rawData, externalData: [], dataLocation: 0 });
  });
  return encode(modelProto, { ...model, graph: foldHalfCasts({ ...model.graph, initializer }) });
}
