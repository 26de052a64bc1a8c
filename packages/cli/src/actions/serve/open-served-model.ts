import { stat } from 'node:fs/promises';
import {
  type CheckpointAddress,
  type FittedPreparation,
  ForgeError,
  type ForgeLibrary,
  findRun,
  isForgeError,
  type LoadedRun,
  type RunFolder,
  type Weights,
} from '@forge-ml/core';
import { type ArrayType, serveArrays } from './serve-arrays.js';
import { serveRows } from './serve-rows.js';
import type { ServedModel } from './served-model.js';

export interface ServedModelRequest {
  /** EXPERIMENT, EXPERIMENT/NUMBER, a run folder, or a folder that `forge export` wrote. */
  readonly word: string;
  readonly results: string;
  readonly checkpoint: CheckpointAddress | undefined;
  readonly weights: Weights;
  /** Whether the run's stored code may build the model, where the checkpoint has none that runs without it. */
  readonly code: boolean;
  readonly trustCode: boolean;
  /** Of an exported folder; a run names its own. */
  readonly backend: string | undefined;
  readonly engine: string | undefined;
}

/** Opens what is to be served, ready to predict. @throws ForgeError RUN_NOT_FOUND, CHECKPOINT_NOT_FOUND, … */
export async function openServedModel(forge: ForgeLibrary, request: ServedModelRequest): Promise<ServedModel> {
  const run = await findRunOrExport(request);
  if (run === undefined) return openExported(forge, request);
  if (!request.code) return openWithoutCode(forge, run, request);
  return (await openModelOnly(forge, run, request)) ?? openWithCode(forge, run, request);
}

/** The model in the checkpoint, which is faster than the one that code builds; undefined where it cannot be used. */
async function openModelOnly(
  forge: ForgeLibrary,
  run: RunFolder,
  request: ServedModelRequest,
): Promise<ServedModel | undefined> {
  try {
    const served = await openWithoutCode(forge, run, request);
    // It does not tell what it reads.
    if (served.inputs.length > 0) return served;
    await served.dispose();
  } catch (error) {
    if (!isForgeError(error) || !['ABILITY_MISSING', 'CHECKPOINT_NOT_FOUND'].includes(error.code)) throw error;
  }
  return undefined;
}

/** Undefined for a folder that is no run. */
async function findRunOrExport({ word, results }: ServedModelRequest): Promise<RunFolder | undefined> {
  try {
    return await findRun(word, results);
  } catch (error) {
    const isFolder = await stat(word).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder && isForgeError(error) && error.code === 'RUN_NOT_FOUND') return undefined;
    throw error;
  }
}

async function openWithCode(
  forge: ForgeLibrary,
  { path, experiment, number }: RunFolder,
  { checkpoint, weights, engine, trustCode }: ServedModelRequest,
): Promise<ServedModel> {
  const options = { trustCode, weights, ...(engine === undefined ? {} : { engine }) };
  const loaded = await loadWithoutData((data) => forge.loadFromCheckpoint(path, checkpoint, { ...options, ...data }));
  try {
    await loaded.restore();
  } catch (error) {
    await loaded.dispose();
    throw error;
  }
  const preparation = await rowsOf(loaded);
  const served = preparation === null ? serveArrays(loaded, loaded.run.batch, false) : serveRows(loaded, preparation);
  return { name: nameOf(experiment, number, loaded.step, weights), ...served, dispose: () => loaded.dispose() };
}

/** Loads a run without its data config, if its model config needs nothing of it: a server has no training file. */
async function loadWithoutData(load: (options: { readonly data?: false }) => Promise<LoadedRun>): Promise<LoadedRun> {
  try {
    return await load({ data: false });
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'CONFIG_FAILED') throw error;
    return load({});
  }
}

async function openWithoutCode(
  forge: ForgeLibrary,
  { path, experiment, number }: RunFolder,
  { checkpoint, weights, engine }: ServedModelRequest,
): Promise<ServedModel> {
  const opened = await forge.openPredictor(path, checkpoint, engine, weights, { forServing: true });
  const { inputs } = opened;
  const preparation = await rowsOf(opened);
  const served =
    preparation === null ? serveArrays(opened, inputs ?? {}, inputs !== undefined) : serveRows(opened, preparation);
  return { name: nameOf(experiment, number, opened.step, weights), ...served, dispose: async () => opened.dispose() };
}

async function openExported(
  forge: ForgeLibrary,
  { word, backend, engine, checkpoint, code, trustCode, weights }: ServedModelRequest,
): Promise<ServedModel> {
  const ofRuns = { checkpoint: checkpoint !== undefined, trustCode, weights: weights !== 'parameters', code: !code };
  for (const [flag, isGiven] of Object.entries(ofRuns)) if (isGiven) throw onlyOfRuns(flag, word);
  const model = await forge.openExport(word, { backend, engine, forServing: true });
  const inputs: Readonly<Record<string, ArrayType>> = model.inputs ?? {};
  const preparation = await rowsOf(model);
  const served =
    preparation === null ? serveArrays(model, inputs, model.inputs !== undefined) : serveRows(model, preparation);
  return { name: word, ...served, dispose: () => model.dispose() };
}

/** The preprocessing that makes arrays of raw rows; null if the run has none that does all of it. */
async function rowsOf(model: Pick<LoadedRun, 'preparation' | 'predictRows'>): Promise<FittedPreparation | null> {
  try {
    await model.predictRows([]);
    return model.preparation;
  } catch (error) {
    if (isForgeError(error) && error.code === 'ABILITY_MISSING') return null;
    throw error;
  }
}

function nameOf(experiment: string, number: number, step: number, weights: Weights): string {
  return `${experiment}/${number} at step ${step}${weights === 'ema' ? ', the moving average' : ''}`;
}

function onlyOfRuns(flag: string, word: string): ForgeError {
  const name = { trustCode: 'trust-code', code: 'no-code' }[flag] ?? flag;
  return new ForgeError('USAGE', `--${name} has no effect on ${word}, which is an exported folder and no run.`, {
    about: name,
    hint: 'Omit it, or name a run.',
  });
}
