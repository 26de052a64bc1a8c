import { sizeOf, type TensorData } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import type { Value } from '@forge-ml/onnx/graph';
import { input, walk } from '@forge-ml/onnx/graph';
import * as ort from 'onnxruntime-node';
import { LayerNames } from '../model/layer-names.js';
import { Parameters } from '../model/parameters.js';
import { type TraceNotes, traceContext } from '../model/trace-context.js';
import type { LayerContext } from './layer.js';

export interface LayerRun {
  readonly values: number[];
  readonly shape: readonly number[];
  readonly parameters: ReadonlyMap<string, TensorData>;
  /** The parameters' values after the step, by name. */
  readonly updates: ReadonlyMap<string, number[]>;
}

export interface Arrays {
  readonly [name: string]: { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array | Uint8Array };
}

/** Smooth numbers of either sign, different for each seed. */
export function waves(shape: readonly number[], seed = 1): { shape: readonly number[]; data: Float32Array } {
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, at) => Math.sin((at + 1) * (seed + 0.37))) };
}

/** Traces `body` and runs it once on ONNX Runtime. The first dimension of each array is called `batch`. */
export async function runLayer(
  body: (values: Record<string, Value>, context: LayerContext) => Value,
  arrays: Arrays,
  training = false,
): Promise<LayerRun> {
  const parameters = new Parameters(3);
  const notes: TraceNotes = { training, names: new LayerNames(), parameters, updates: new Map(), dropouts: 0 };
  const inputs = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => {
      const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
      return [name, input(name, dtype, ['batch', ...shape.slice(1)])] as const;
    }),
  );
  const y = body(inputs, traceContext(notes));
  const outputs = new Map<string, Value>([
    ['y', y],
    ...Array.from(notes.updates, ([{ name }, value]) => [`${name}/next`, value] as const),
  ]);
  const leaves = walk(outputs.values()).inputs;
  const session = await ort.InferenceSession.create(modelBytes({ inputs: leaves, outputs }), { intraOpNumThreads: 1 });
  const feeds = Object.fromEntries(
    leaves.map(({ name, dtype }) => {
      const { data, shape } = arrays[name]!;
      return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, shape)];
    }),
  );
  const { y: result, ...updates } = await session.run(feeds);
  await session.release();
  const numbers = (tensor: ort.Tensor) => Array.from(tensor.data as Float32Array, Number);
  return {
    values: numbers(result!),
    shape: result!.dims,
    parameters: new Map(parameters.all.map(({ name, initial }) => [name, initial])),
    updates: new Map(Object.entries(updates).map(([name, value]) => [name.replace(/\/next$/, ''), numbers(value)])),
  };
}
