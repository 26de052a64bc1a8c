import type { Backend, Engine, TrainSession } from '../../backend/backend.js';
import { checkedBackend } from '../../backend/border/checked-backend.js';
import { checkWeights, parametersOf } from '../../checkpoint/weights.js';
import type { LoadedData } from '../../config/define.js';
import { type FlagDeclaration, plainValues, type ResolvedFlags } from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import type { BatchDataset } from '../../data/dataset.js';
import { type ArrayInput, outputTensors } from '../../data/output-tensor.js';
import type { LoadedRun, LoadOptions, PredictRowsOptions, ReadRowsOptions } from '../../plugins/contract/loaded-run.js';
import { findRun } from '../../run/catalog/find-run.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readPreprocessing } from '../../run/record/preprocessing-files.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { RunRecord } from '../../run/record/run-record.js';
import type { Row } from '../../tensor/row.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { evaluate } from '../../train/loop/evaluate.js';
import { loadData } from '../data/load-data.js';
import type { StoredPreparations } from '../data/preparations.js';
import { buildForSignature } from '../prepare/build-model.js';
import { reopenCheckpointStore } from '../prepare/checkpoint-store-of-run.js';
import { versionsOf, warnOfOtherLoader } from '../prepare/compare-versions.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { disposeOnFailure, startEngine, startEngineOf } from '../prepare/start-engine.js';
import { stepFinder } from '../prepare/step-finder.js';
import type { Services } from '../services/services.js';
import { findCheckpoint } from './find-checkpoint.js';
import { inMemoryConfigs } from './in-memory-configs.js';
import type { LoadArguments } from './load-arguments.js';
import { loadedFlags } from './loaded-flags.js';
import { openRunCode } from './open-run-code.js';
import { predictRows, theOnly } from './predict-rows.js';
import { readRows } from './read-rows.js';
import { readStoredConfigs, readStoredModel } from './stored-configs.js';

/**
 * Loads a run from its folder, with the code stored in it: nothing of the original project is needed.
 * @param run the run's folder
 * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CODE_ALTERED, CODE_MISSING, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, …
 */
export async function loadFromCheckpoint(
  services: Services,
  run: string,
  { address, options }: LoadArguments<LoadOptions>,
): Promise<LoadedRun> {
  const environment = services.environment;
  const { path } = await findRun(run, environment.directory, environment.directory);
  const record = await readRunRecord(path);
  const stored = await readRunFlags(path);
  const store = await reopenCheckpointStore(services, path, stored);
  const weights = checkWeights(options.weights);
  const checkpoint = await findCheckpoint(services, path, address, store).finally(() => store.close());
  const { info } = checkpoint;
  const state = { ...checkpoint.state, parameters: parametersOf(checkpoint, weights, path) };
  const preparations = await readPreprocessing(path, record, stepFinder(services));
  const readConfigs = await configsOf(services, path, record, options);

  const { engine, declarer } = await startFor(services, record, stored, options);
  return disposeOnFailure(engine, async () => {
    const configs = await readConfigs(engine);
    const places = { directory: environment.directory, origin: record.directory };
    const given = options.overrideFlags ?? {};
    const values = loadedFlags({ ...configs, declarer }, stored, given, places) as PreparedRun['values'];
    const data =
      configs.data === undefined
        ? options.data || preparationOnly(preparations)
        : await loadData(configs.data, values, options.dataArgs ?? [], preparations);
    const parts = { engine, model: configs.model, values };
    const { session, model, metrics } = await buildForSignature(parts, data, record.batch, options.modelArgs);
    const changes = watchChanges(session);
    const restore = async () => session.restore(state);
    let restoring: Promise<void> | undefined;
    /** Restores once, where nothing else has; calls at the same time wait for it. */
    const ready = async () => {
      if (restoring === undefined && !changes.any) {
        restoring = restore().catch((error: unknown) => {
          restoring = undefined;
          changes.any = false;
          throw error;
        });
      }
      await restoring;
    };
    const dispose = async () => {
      await Promise.all([configs.data?.close(), configs.model.close()]);
      await session.dispose();
      await engine.dispose();
    };
    return {
      data: data as LoadedData,
      model,
      restore,
      async predict(inputs: Readonly<Record<string, ArrayInput>>) {
        await ready();
        return outputTensors(await session.predict(inputs as Batch));
      },
      preparation: theOnly(preparations),
      readRows: (file: string, how?: ReadRowsOptions) => readRows(services, preparations, file, how),
      async predictRows(rows: readonly Row[], options?: PredictRowsOptions) {
        await ready();
        return predictRows(preparations, rows, (inputs) => session.predict(inputs), options);
      },
      async evaluate(dataset: BatchDataset) {
        await ready();
        const pass = metrics?.ofSplit();
        const numbers = await evaluate(session, dataset, { metrics: pass });
        const { tables = {}, media = {} } = pass?.accumulators ?? {};
        return { metrics: numbers, tables, media };
      },
      config: values,
      run: record,
      step: info.step,
      session,
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  });
}

/** What a model config gets that is loaded without its data. */
function preparationOnly(stored: StoredPreparations): Readonly<Record<string, unknown>> | undefined {
  const preparation = theOnly(stored);
  return preparation === null ? undefined : { preparation };
}

/** Checks where the configs come from before an engine is started, and returns what reads them on it. */
async function configsOf(
  services: Services,
  run: string,
  record: RunRecord,
  { code: given, data, trustCode }: LoadOptions,
): Promise<(engine: Engine) => Promise<{ data: ConfigModule | undefined; model: ConfigModule }>> {
  if (given !== undefined && given !== true) {
    const configs = inMemoryConfigs(record, given, data);
    return async () => configs;
  }
  const code = await openRunCode(run, record, trustCode ? services.environment.warn : undefined);
  return async (engine) =>
    data === undefined
      ? readStoredConfigs(services, code, engine, record.directory)
      : { data: undefined, model: await readStoredModel(services, code, engine, record.directory) };
}

/** Notes whether the model's state was restored or trained through the session. */
function watchChanges(session: TrainSession): { any: boolean } {
  const changes = { any: false };
  const { restore, step } = session;
  session.restore = (state) => {
    changes.any = true;
    return restore.call(session, state);
  };
  session.step = (batch, request) => {
    changes.any = true;
    return step.call(session, batch, request);
  };
  return changes;
}

async function startFor(
  services: Services,
  record: RunRecord,
  stored: ResolvedFlags,
  { backend, engine: asked, overrideFlags = {} }: LoadOptions,
): Promise<{ readonly engine: Engine; readonly declarer?: FlagDeclaration }> {
  const { engine, directory } = record;
  const { name, package: packageName } = record.backend;
  // Another backend has other engines.
  const usual = backend === undefined || backend.name === name ? engine.engine : null;
  const wish = { engine: asked ?? usual, gpu: null, origin: directory };
  if (backend !== undefined) {
    const party = { backend: String((backend as Backend | null)?.name), package: null };
    return { engine: await startEngineOf(checkedBackend(backend, party), services.environment, wish) };
  }
  const started = await startEngine(services, { ...wish, backend: name, package: packageName }, () => [
    { source: 'run', values: plainValues(stored) },
    { source: 'override', values: overrideFlags },
  ]);
  warnOfOtherLoader(record, versionsOf(started), services.environment.warn);
  return started;
}
