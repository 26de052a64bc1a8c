import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelBytes } from '../export/to-model.js';
import type { Graph } from '../graph/ir/graph.js';
import { elements, type TensorData, tensor, type UnpackedDType } from '../tensor/tensor.js';

export interface OpenGraph {
  run(feeds: ReadonlyMap<string, TensorData>): Promise<Map<string, TensorData>>;
  close(): Promise<void>;
}

/** A graph in ONNX Runtime, on the CPU. Feeds for names without an input are ignored. */
export async function openGraph(graph: Graph): Promise<OpenGraph> {
  const session = await InferenceSession.create(modelBytes(graph), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  return {
    async run(feeds) {
      const given: Record<string, Tensor> = {};
      for (const name of session.inputNames) {
        const data = feeds.get(name);
        if (data) given[name] = new Tensor(data.dtype as 'float32', elements(data) as Float32Array, data.shape);
      }
      const results = await session.run(given);
      return new Map(
        Object.entries(results).map(([name, { data, dims, type }]) => [
          name,
          tensor(data as Float32Array, dims, type as UnpackedDType),
        ]),
      );
    },
    close: () => session.release(),
  };
}
