import { readFile } from 'node:fs/promises';
import { type ModelOptions, modelBytes, readModel } from '@forge-ml/onnx';
import { decode, modelProto } from '@forge-ml/onnx/proto';

/**
 * A model in the form of another opset.
 * @param model its bytes, or the path of a file
 * @param externalData where the weights of the written model are. Default: in the model
 * @throws ForgeError MODEL_INVALID naming an operator that has no such form
 */
export async function inOpset(
  model: Uint8Array | string,
  opset: number,
  externalData?: ModelOptions['externalData'],
): Promise<Uint8Array> {
  const graph = await readModel(model);
  const { metadata, documentation, name } = graph;
  const bytes = typeof model === 'string' ? new Uint8Array(await readFile(model)) : model;
  const { producerName, producerVersion } = decode(modelProto, bytes);
  const names = new Map([...graph.values].map(([name, value]) => [value, name]));
  const producer = { name: producerName, version: producerVersion };
  const placed = externalData === undefined ? {} : { externalData };
  return modelBytes(graph, { opset, metadata, documentation, name, names, producer, ...placed });
}
