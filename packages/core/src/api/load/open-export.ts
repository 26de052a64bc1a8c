import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { type ArrayInput, type Outputs, outputTensors } from '../../data/output-tensor.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import type { PredictedRow, PredictRowsOptions, ReadRowsOptions } from '../../plugins/contract/loaded-run.js';
import type { OpenPredictor, PredictorInput } from '../../plugins/contract/predictor.js';
import type { FittedPreparation } from '../../preprocessing/fitted-preparation.js';
import { readExportedPreprocessing } from '../../run/record/preprocessing-files.js';
import type { BatchSignature } from '../../run/record/run-record.js';
import type { Row } from '../../tensor/row.js';
import { toBatch } from '../data/accept-arrays.js';
import { packageFolders } from '../prepare/package-folders.js';
import { stepFinder } from '../prepare/step-finder.js';
import type { Services } from '../services/services.js';
import { openModel } from './open-model.js';
import { predictRows, theOnly } from './predict-rows.js';
import { readRows } from './read-rows.js';

export interface OpenExportOptions {
  /** The backend that wrote it. Default: the first installed one that can open it. */
  readonly backend?: string | undefined;
  /** Default: the backend's first engine that starts. */
  readonly engine?: string | undefined;
  /** As in OpenPredictorOptions. */
  readonly forServing?: boolean | undefined;
}

/** An exported model, open for prediction. */
export interface ExportedModel extends AsyncDisposable {
  /** The backend that runs it. */
  readonly backend: string;
  /** The arrays that it reads, by name; undefined where the model does not tell. */
  readonly inputs: Readonly<Record<string, PredictorInput>> | undefined;
  /**
   * The model's outputs for named arrays, examples first: tensors, typed arrays or nested lists of numbers.
   * @throws ForgeError DATA_INVALID naming the array
   */
  predict(inputs: Readonly<Record<string, ArrayInput>>): Promise<Outputs>;
  /** As `LoadedRun.predictRows`: raw rows, with the preprocessing that the folder has. */
  predictRows(rows: readonly Row[], options?: PredictRowsOptions): Promise<PredictedRow[]>;
  /** The preprocessing in the folder: its columns, classes and sizes; null if it has none, or several. */
  readonly preparation: FittedPreparation | null;
  /** The rows of a file, read as the training file was: those that `predictRows` takes. See `ReadRowsOptions`. */
  readRows(path: string, options?: ReadRowsOptions): Promise<AsyncIterable<Row>>;
  dispose(): Promise<void>;
}

/**
 * Opens a folder that `forge export` wrote, with the preprocessing of its run: it takes raw rows, or arrays.
 * @param path of the folder
 * @throws ForgeError FILE_SYSTEM, RUN_INVALID, BACKEND_NOT_FOUND, ABILITY_MISSING where no installed backend can open it
 */
export async function openExport(
  services: Services,
  path: string,
  options: OpenExportOptions = {},
): Promise<ExportedModel> {
  checkOptions(options, ['backend', 'engine', 'forServing'], { of: 'Forge.openExport(path, options)' });
  const { environment } = services;
  const folder = resolve(environment.directory, path);
  const status = await stat(folder).catch(() => undefined);
  if (status?.isDirectory() !== true) {
    const how = status === undefined ? 'does not exist' : 'is not a folder';
    const hint = 'Name a folder that forge export wrote, or a run.';
    throw new ForgeError('FILE_SYSTEM', `${folder} ${how}.`, { about: folder, hint });
  }
  const preparations = await readExportedPreprocessing(folder, stepFinder(services));
  const { backend, opened } = await openWithAny(services, folder, options);
  const signature = signatureOf(opened);
  const dispose = async () => opened.dispose();
  return {
    backend,
    inputs: opened.inputs,
    predict: async (inputs) => outputTensors(await opened.predict(toBatch('predict', inputs, signature))),
    preparation: theOnly(preparations),
    readRows: (file, how) => readRows(services, preparations, file, how),
    predictRows: (rows, options) => predictRows(preparations, rows, (inputs) => opened.predict(inputs), options),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

async function openWithAny(
  { backends, plugins, environment }: Services,
  checkpointFolder: string,
  { backend, engine, forServing = false }: OpenExportOptions,
): Promise<{ readonly backend: string; readonly opened: OpenPredictor }> {
  const sources = backend === undefined ? await backends.list() : [await backends.find(backend)];
  let refusal: unknown;
  for (const source of sources.filter(({ plugin }) => plugin.problem === null)) {
    const make = await plugins.optionalProvider(source.plugin, 'predictors', source.name);
    if (make === undefined) continue;
    const flags = plainValues(resolveFlags(await plugins.flagsOf(source.plugin), []));
    // An export needs nothing besides its folder.
    const request = {
      checkpointFolder,
      runFolder: checkpointFolder,
      engine,
      forServing,
      flags,
      searchFrom: packageFolders(environment),
    };
    try {
      return { backend: source.name, opened: await openModel(source, await make(), request) };
    } catch (error) {
      if (!isForgeError(error) || error.code !== 'ABILITY_MISSING') throw error;
      refusal ??= error;
    }
  }
  const names = [...new Set(sources.map(({ name }) => name))].join(', ') || 'none';
  throw new ForgeError('ABILITY_MISSING', `No installed backend can open ${checkpointFolder}; installed: ${names}.`, {
    about: checkpointFolder,
    hint: 'Name a run, or a folder that forge export wrote and that has a model which runs without code.',
    cause: refusal,
  });
}

/** Lists of numbers get the model's dtypes. */
function signatureOf({ inputs = {} }: OpenPredictor): BatchSignature {
  const entries = Object.entries(inputs).map(([name, { dtype, shape }]) => {
    return [name, { dtype, shape: shape.map((size) => (typeof size === 'number' ? size : Number.NaN)) }] as const;
  });
  return Object.fromEntries(entries);
}
