import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Batch,
  elements,
  type OpenPredictor,
  type Predictor,
  type PredictorRequest,
  tensor,
} from '@forge-ml/core/plugin';
import { type Model, readModel } from '@forge-ml/onnx';
import type { Graph, InputValue } from '@forge-ml/onnx/graph';
import { isEmptyCache } from '../model/decoder-cache.js';
import { modelName, noModel, predictName, transformersName } from '../model/inference-model.js';
import { feedsOf } from '../session/batches.js';
import { GraphRunner } from '../session/graph-runner.js';
import { ServingModel } from '../session/serving-model.js';
import { type StartedEngine, startRuntime } from '../session/start-runtime.js';
import { mergeAdapters } from './merge-adapters.js';
import { type AdaptedModel, isAdapted, readAdapted } from './read-adapted.js';

/** Runs a checkpoint's inference graph as a session would: on the same engine, it gives the same bits. */
export const onnxPredictor: Predictor = { open };

async function open({ checkpointFolder, runFolder, forServing = false, ...engine }: PredictorRequest) {
  const model = await modelOf(checkpointFolder, runFolder);
  const started = await startRuntime(engine);
  // A decoder's cache is empty where it is not given.
  const needed = model.inputs.filter((input) => !isEmptyCache(input));
  const inputs = Object.fromEntries(needed.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
  const { predict, dispose } =
    (forServing && (await openServing(model, started))) || (await openRunner(model, started));
  return { inputs, predict: (batch: Batch) => predict(withWideIntegers(batch, model.inputs)), dispose };
}

type Opened = Pick<OpenPredictor, 'predict' | 'dispose'>;

/** The graph as a session runs it. */
async function openRunner(model: PredictedGraph, { worker }: StartedEngine): Promise<Opened> {
  const session = worker.newSession();
  const runner = new GraphRunner({ worker, session, name: 'predict', graph: model });
  try {
    await worker.setParameters(session, [...model.parameters.values()]);
    await runner.open();
  } catch (error) {
    await worker.end();
    throw error;
  }
  return {
    predict: async (batch) => Object.fromEntries((await runner.run(feedsOf(batch, model.inputs), batch)).tensors),
    dispose: () => worker.end(),
  };
}

/** The graph in this process's own thread; undefined where that cannot be. */
async function openServing(
  model: PredictedGraph,
  { worker, info, threads }: StartedEngine,
): Promise<Opened | undefined> {
  const isNative = info.engine === 'cpu' && info.settings?.binding === 'native';
  const bytes = [...model.parameters.values()].reduce((sum, { initial }) => sum + initial.bytes.length, 0);
  if (!isNative || bytes > mostServed) return undefined;
  await worker.end();
  const serving = await ServingModel.open(servedGraph(model), threads);
  return { predict: (batch) => serving.predict(batch), dispose: () => serving.dispose() };
}

/** What a message of ONNX's format holds, less some for the graph. */
const mostServed = 2 ** 31 - 2 ** 24;

/** With its adapters merged, which would take time in each run; not into quantized weights, which would round the sums. */
function servedGraph(model: PredictedGraph): Graph {
  if (!('adapters' in model)) return model;
  const weights = model.adapters.flatMap(({ adapters }) => adapters.map(({ weight }) => model.parameters.get(weight)));
  return weights.every((weight) => weight?.dtype.includes('float')) ? mergeAdapters(model) : model;
}

type PredictedGraph = Model | AdaptedModel;

async function modelOf(checkpointFolder: string, runFolder: string): Promise<PredictedGraph> {
  if (await isAdapted(checkpointFolder)) return readAdapted(checkpointFolder, runFolder);
  for (const name of [predictName, modelName, transformersName]) {
    const path = join(checkpointFolder, name);
    if (await isThere(path)) return readModel(path);
  }
  throw noModel(checkpointFolder);
}

/** Preprocessing makes int32 of what a file may declare as int64. */
function withWideIntegers(batch: Batch, inputs: readonly InputValue[]): Batch {
  const narrow = inputs.filter(({ name, dtype }) => dtype === 'int64' && batch[name]?.dtype === 'int32');
  if (narrow.length === 0) return batch;
  const wide = narrow.map(({ name }) => {
    const array = batch[name]!;
    const numbers = BigInt64Array.from(elements(array) as Int32Array, BigInt);
    return [name, tensor(numbers, array.shape)] as const;
  });
  return { ...batch, ...Object.fromEntries(wide) };
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
