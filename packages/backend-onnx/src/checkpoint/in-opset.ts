import { modelBytes, readModel } from '@forge-ml/onnx';
import { decode, modelProto } from '@forge-ml/onnx/proto';

/**
 * A model in the form of another opset.
 * @throws ForgeError MODEL_INVALID naming an operator that has no such form
 */
export async function inOpset(model: Uint8Array, opset: number): Promise<Uint8Array> {
  const graph = await readModel(model);
  const { metadata, documentation, name } = graph;
  const { producerName, producerVersion } = decode(modelProto, model);
  const names = new Map([...graph.values].map(([name, value]) => [value, name]));
  const producer = { name: producerName, version: producerVersion };
  return modelBytes(graph, { opset, metadata, documentation, name, names, producer });
}
