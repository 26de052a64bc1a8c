import type { CheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import { checkWeights, type Weights } from '../../checkpoint/weights.js';
import { plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { type ArrayInput, type Outputs, outputTensors } from '../../data/output-tensor.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { PredictedRow, PredictRowsOptions, ReadRowsOptions } from '../../plugins/contract/loaded-run.js';
import type { OpenPredictor } from '../../plugins/contract/predictor.js';
import type { FittedPreparation } from '../../preprocessing/fitted-preparation.js';
import { findRun } from '../../run/catalog/find-run.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readPreprocessing } from '../../run/record/preprocessing-files.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { Row } from '../../tensor/row.js';
import { toBatch } from '../data/accept-arrays.js';
import { packageFolders } from '../prepare/package-folders.js';
import { stepFinder } from '../prepare/step-finder.js';
import type { Services } from '../services/services.js';
import { findCheckpoint } from './find-checkpoint.js';
import { folderOfWeights } from './folder-of-weights.js';
import { openModel } from './open-model.js';
import { predictRows, theOnly } from './predict-rows.js';
import { readRows } from './read-rows.js';

/** A checkpoint that runs without the run's code. */
export interface RunPredictor extends OpenPredictor, AsyncDisposable {
  /** The step of the checkpoint. */
  readonly step: number;
  /**
   * The model's outputs for named arrays, examples first: tensors, typed arrays or nested lists of numbers.
   * @throws ForgeError DATA_INVALID naming the array
   */
  predict(inputs: Readonly<Record<string, ArrayInput>>): Promise<Outputs>;
  /** As `LoadedRun.predictRows`: raw rows, with the preprocessing that the run stores. */
  predictRows(rows: readonly Row[], options?: PredictRowsOptions): Promise<PredictedRow[]>;
  /** The preprocessing that the run stores: its columns, classes and sizes; null if it stores none, or several. */
  readonly preparation: FittedPreparation | null;
  /** The rows of a file, read as the training file was: those that `predictRows` takes. See `ReadRowsOptions`. */
  readRows(path: string, options?: ReadRowsOptions): Promise<AsyncIterable<Row>>;
}

export interface OpenPredictorOptions {
  /**
   * Whether it is to answer many small requests: as fast as possible, and short ones in this thread. The last digits of
   * predictions may differ. Default: false.
   */
  readonly forServing?: boolean;
}

/**
 * Opens the executable model in a checkpoint with the predictor of the run's backend.
 * @param run the run's folder
 * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, BACKEND_NOT_FOUND, ABILITY_MISSING, CHECKPOINT_NOT_FOUND, …
 */
export async function openPredictor(
  services: Services,
  run: string,
  address: CheckpointAddress | undefined,
  engine: string | undefined,
  asked?: Weights,
  options: OpenPredictorOptions = {},
): Promise<RunPredictor> {
  checkOptions(options, ['forServing'], { of: 'Forge.openPredictor(run, checkpoint, engine, weights, options)' });
  const { forServing = false } = options;
  const environment = services.environment;
  const weights = checkWeights(asked);
  const { directory } = environment;
  const { path } = await findRun(run, directory, directory);
  const record = await readRunRecord(path);
  const { backend, engine: usual, batch } = record;
  const preparations = await readPreprocessing(path, record, stepFinder(services));
  const source = await services.backends.find(backend.name, backend.package);
  const make = await services.plugins.optionalProvider(source.plugin, 'predictors', backend.name);
  if (make === undefined) {
    throw new ForgeError('ABILITY_MISSING', `The backend ${backend.name} cannot run its checkpoints without code.`, {
      about: backend.name,
      hint: 'Omit --no-code to run the code stored in the run.',
    });
  }
  const checkpoint = await findCheckpoint(services, path, address);
  // Not from the directory that run.json names: it is untrusted and may be the run's own folder.
  const searchFrom = packageFolders(environment);
  const specs = await services.plugins.flagsOf(source.plugin);
  const stored = { source: 'run', values: plainValues(await readRunFlags(path)), ignoreUnknown: true } as const;
  const flags = plainValues(resolveFlags(specs, [stored]));
  const folder = await folderOfWeights(checkpoint, weights, path);
  const request = {
    checkpointFolder: folder.path,
    runFolder: path,
    engine: engine ?? usual.engine,
    forServing,
    flags,
    searchFrom,
  };
  const checked = await openModel(source, await make(), request).catch(async (error: unknown) => {
    await folder.release();
    throw error;
  });
  const dispose = async () => {
    await checked.dispose();
    await folder.release();
  };
  return {
    ...(checked.inputs === undefined ? {} : { inputs: checked.inputs }),
    step: checkpoint.info.step,
    predict: async (inputs) => outputTensors(await checked.predict(toBatch('predict', inputs, batch))),
    preparation: theOnly(preparations),
    readRows: (file, how) => readRows(services, preparations, file, how),
    predictRows: (rows, options) => predictRows(preparations, rows, (inputs) => checked.predict(inputs), options),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
