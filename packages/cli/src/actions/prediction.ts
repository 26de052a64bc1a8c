import { resolve } from 'node:path';
import {
  type Batch,
  type CheckpointAddress,
  describeTensor,
  type ForgeLibrary,
  type LoadedRun,
  type RunFolder,
  readTensorFile,
  type TensorData,
  type Weights,
  writeTensorFile,
} from '@forge-ml/core';
import { predictInBatches, requireOutput } from '@forge-ml/core/cli';
import { withStopNotice } from '../process/stop-notice.js';

export interface PredictRequest {
  readonly run: RunFolder;
  readonly checkpoint: CheckpointAddress | undefined;
  readonly weights: Weights;
  readonly engine: string | undefined;
  /** The safetensors files to read and to write. */
  readonly data: string;
  readonly out: string;
  /** Whether the run's stored code builds the model. Otherwise the model in the checkpoint is used. */
  readonly code: boolean;
  /** Whether to run that code even if it was modified. */
  readonly trustCode: boolean;
  /** Examples per batch; undefined for a single batch. */
  readonly batchSize: number | undefined;
  readonly force: boolean;
}

/** The outputs of a checkpoint for a file of examples. */
export interface Prediction {
  /** The run's folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly step: number;
  /** The file written. */
  readonly out: string;
  /** The type and shape of each output, e.g. `float32[64, 10]`, by name. */
  readonly outputs: Readonly<Record<string, string>>;
}

type Predicting = Pick<LoadedRun, 'step' | 'predictRows' | 'readRows'> & {
  predict(inputs: Batch): Batch | Promise<Batch>;
  dispose(): void | Promise<void>;
};

export async function predictWith(forge: ForgeLibrary, request: PredictRequest): Promise<Prediction> {
  const [data, out] = [resolve(request.data), resolve(request.out)];
  await requireOutput(out, request.force);
  const inputs: Batch = Object.fromEntries(await readTensorFile(data));
  // Stored code may block this thread; only a signal without a listener can then end the process.
  const { step, outputs } = await (request.code
    ? predictOn(forge, request, inputs)
    : withStopNotice(() => predictOn(forge, request, inputs)));
  await writeTensorFile(out, new Map(outputs));
  const { path: run, experiment, number } = request.run;
  const described = outputs.map(([name, output]) => [name, describeTensor(output)] as const);
  return { run, experiment, number, step, out, outputs: Object.fromEntries(described) };
}

interface Predicted {
  readonly step: number;
  readonly outputs: readonly (readonly [string, TensorData])[];
}

async function predictOn(forge: ForgeLibrary, request: PredictRequest, inputs: Batch): Promise<Predicted> {
  const model = await openModel(forge, request);
  try {
    const outputs = await predictInBatches((batch) => model.predict(batch), inputs, request.batchSize);
    return { step: model.step, outputs: Object.entries(outputs) };
  } finally {
    await model.dispose();
  }
}

/** The model of a checkpoint, built by the run's code or stored in the checkpoint. */
export function openModel(forge: ForgeLibrary, request: Omit<PredictRequest, 'out'>): Promise<Predicting> {
  return request.code ? openWithCode(forge, request) : openWithoutCode(forge, request);
}

async function openWithCode(
  forge: ForgeLibrary,
  { run, checkpoint, weights, engine, trustCode }: Omit<PredictRequest, 'out'>,
): Promise<Predicting> {
  const options = { trustCode, weights, ...(engine === undefined ? {} : { engine }) };
  const loaded = await forge.loadFromCheckpoint(run.path, checkpoint, options);
  try {
    await loaded.restore();
  } catch (error) {
    await loaded.dispose();
    throw error;
  }
  const { step, predictRows, readRows } = loaded;
  const predict = (inputs: Batch) => loaded.session.predict(inputs);
  return { step, predict, predictRows, readRows, dispose: () => loaded.dispose() };
}

function openWithoutCode(
  forge: ForgeLibrary,
  { run, checkpoint, weights, engine }: Omit<PredictRequest, 'out'>,
): Promise<Predicting> {
  return forge.openPredictor(run.path, checkpoint, engine, weights);
}
