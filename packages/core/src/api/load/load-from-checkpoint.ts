import type { Backend, Engine } from '../../backend/backend.js';
import { checkedBackend } from '../../backend/border/checked-backend.js';
import type { LoadedData } from '../../config/define.js';
import {
  type FlagDeclaration,
  mergeSpecs,
  plainValues,
  type ResolvedFlags,
  resolveFlags,
} from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import { checkOptions } from '../../errors/check-options.js';
import type { LoadedRun, LoadOptions } from '../../plugins/contract/loaded-run.js';
import { findRun } from '../../run/catalog/find-run.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { findName } from '../../text/flag-names.js';
import { runFlags } from '../../train/run-flags.js';
import { loadData } from '../data/load-data.js';
import { buildForSignature } from '../prepare/build-model.js';
import { reopenCheckpointStore } from '../prepare/checkpoint-store-of-run.js';
import { versionsOf, warnOfOtherLoader } from '../prepare/compare-versions.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { disposeOnFailure, startEngine, startEngineOf } from '../prepare/start-engine.js';
import type { Services } from '../services/services.js';
import { soundCheckpoint } from './latest-checkpoint.js';
import { openRunCode } from './run-code.js';
import { readStoredConfigs, readStoredModel } from './stored-configs.js';

const stepFirst = 'The step is the second argument: Forge.loadFromCheckpoint(run, 1000).';

/**
 * Loads a run by its folder, with the code stored in it: nothing of the original project is needed.
 * @param run the run's folder
 * @param step which checkpoint; left out, the newest sound one
 * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CODE_ALTERED, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, …
 */
export async function loadFromCheckpoint(
  services: Services,
  run: string,
  step: number | undefined,
  options: LoadOptions,
): Promise<LoadedRun> {
  checkOptions(options, ['overrideFlags', 'dataArgs', 'modelArgs', 'backend', 'engine', 'data', 'trustCode', 'code'], {
    of: 'Forge.loadFromCheckpoint(run, step, options)',
    synonyms: { flags: 'overrideFlags', override: 'overrideFlags', args: 'modelArgs', step: stepFirst },
  });
  const environment = services.environment;
  const { path } = await findRun(run, environment.directory, environment.directory);
  const record = await readRunRecord(path);
  const stored = await readRunFlags(path);
  const store = await reopenCheckpointStore(services, path, stored);
  const { state, info } = await soundCheckpoint(services, path, step, store).finally(() => store.close());
  const code = await openRunCode(path, record, options.trustCode ? environment.warn : undefined);

  const { engine, declarer } = await startFor(services, record, stored, options);
  return disposeOnFailure(engine, async () => {
    const configs =
      options.data === undefined
        ? await readStoredConfigs(services, code, engine, record.directory)
        : { data: undefined, model: await readStoredModel(services, code, engine, record.directory) };
    const places = { directory: environment.directory, origin: record.directory };
    const given = options.overrideFlags ?? {};
    const values = loadedFlags({ ...configs, declarer }, stored, given, places) as PreparedRun['values'];
    const data =
      configs.data === undefined
        ? options.data || undefined
        : await loadData(configs.data, values, options.dataArgs ?? []);
    const parts = { engine, model: configs.model, values };
    const { session, model } = await buildForSignature(parts, data, record.batch, options.modelArgs);
    return {
      data: data as LoadedData,
      model,
      restore: async () => session.restore(state),
      config: values,
      run: record,
      step: info.step,
      session,
      async dispose() {
        await session.dispose();
        await engine.dispose();
      },
    };
  });
}

/**
 * The run's flags, with those that differ now. Of a config that is not read, a flag has the value it is given.
 * @param places where relative paths start: `directory` for what is given, `origin` for defaults
 * @throws ForgeError FLAG_UNKNOWN, FLAG_INVALID, FLAG_CONFLICT
 */
function loadedFlags(
  {
    data,
    model,
    declarer,
  }: { data: ConfigModule | undefined; model: ConfigModule; declarer: FlagDeclaration | undefined },
  stored: ResolvedFlags,
  given: Readonly<Record<string, unknown>>,
  { directory, origin }: { readonly directory: string; readonly origin: string },
): Record<string, unknown> {
  const specs = mergeSpecs([
    { by: 'forge', flags: runFlags },
    { by: 'the data config', flags: data?.flags ?? {} },
    { by: 'the model config', flags: model.flags },
    ...(declarer === undefined ? [] : [declarer]),
  ]);
  const undeclared = Object.keys(stored).filter((name) => findName(name, Object.keys(specs)) === undefined);
  const unread: Record<string, unknown> = {};
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const own = data === undefined ? findName(name, undeclared) : undefined;
    if (own === undefined) read[name] = value;
    else unread[own] = value;
  }
  const flags = resolveFlags(
    specs,
    [
      { source: 'run', values: plainValues(stored), ignoreUnknown: true },
      { source: 'override', values: read, base: directory },
    ],
    origin,
  );
  return { ...plainValues(stored), ...plainValues(flags), ...unread };
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
