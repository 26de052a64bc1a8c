import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenPredictor, Predictor, PredictorRequest } from '@forge-ml/core/plugin';
import { readModel } from '@forge-ml/onnx';
import { modelName, noModel } from '../model/inference-model.js';
import { feedsOf } from '../session/batches.js';
import { GraphRunner } from '../session/graph-runner.js';
import { startRuntime } from '../session/start-runtime.js';
import { isAdapted, readAdapted } from './read-adapted.js';

/** Runs a checkpoint's inference graph as a session would: on the same engine, it gives the same bits. */
export const onnxPredictor: Predictor = { open };

async function open({ checkpointFolder, runFolder, ...engine }: PredictorRequest): Promise<OpenPredictor> {
  const model = await modelOf(checkpointFolder, runFolder);
  const { worker } = await startRuntime(engine);
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
    inputs: Object.fromEntries(model.inputs.map(({ name, dtype, shape }) => [name, { dtype, shape }])),
    predict: async (inputs) => Object.fromEntries((await runner.run(feedsOf(inputs, model.inputs), inputs)).tensors),
    dispose: () => worker.end(),
  };
}

async function modelOf(checkpointFolder: string, runFolder: string) {
  if (await isAdapted(checkpointFolder)) return readAdapted(checkpointFolder, runFolder);
  const path = join(checkpointFolder, modelName);
  await access(path).catch(() => {
    throw noModel(checkpointFolder);
  });
  return readModel(path);
}
