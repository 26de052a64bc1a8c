import { resolve } from 'node:path';
import type { Engine } from '../../backend/backend.js';
import type { CodeCapture } from '../../code/capture-code.js';
import { changedSince } from '../../code/changed-since.js';
import { recapture, type StoredCode } from '../../code/stored-code.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { readAllArguments, readArguments } from '../../config/flags/parse-arguments.js';
import { mergeSpecs, plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import { findRun } from '../../run/catalog/find-run.js';
import { requireUnlocked } from '../../run/lock/run-locked.js';
import { requireSafeToResume } from '../../run/lock/safe-to-resume.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { invocationFlags, type RunFlagValues, runFlags, withoutInvocationFlags } from '../../train/run-flags.js';
import { openRunCode } from '../load/run-code.js';
import { readStoredConfigs } from '../load/stored-configs.js';
import { storeNameOf } from '../prepare/checkpoint-store-of-run.js';
import { type FlagPlaces, layersFor } from '../prepare/flag-layers.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { readProjectConfigs } from '../prepare/project-configs.js';
import { runPlugins } from '../prepare/run-plugins.js';
import { disposeOnFailure, startEngine } from '../prepare/start-engine.js';
import type { Services } from '../services/services.js';
import { changedDeclarations, correctedPaths } from './corrected-code.js';
import { resumedFlags } from './resumed-flags.js';

/**
 * Reopens the run that `--resume` names, with its flags, and its own code or the project's corrected files.
 * @throws ForgeError RUN_NOT_FOUND, RUN_COMPLETED, RUN_LOCKED, PATH_UNSAFE; FLAG_CONFLICT for a flag that contradicts the run's
 */
export async function reopenRun(services: Services, places: FlagPlaces, more: FlagSpecs): Promise<PreparedRun> {
  const environment = services.environment;
  const { directory } = environment;
  const folder = await findRun(
    places.run.resume!,
    resolve(environment.directory, places.run.resultsDir),
    environment.directory,
  );
  requireSafeToResume(folder.path);
  const record = await readRunRecord(folder.path);
  const label = `${folder.experiment}/${folder.number}`;
  const watch = { watchMs: environment.watchMs, say: (message: string) => environment.warn(message) };
  const notBusy = await requireUnlocked(folder, record, watch);
  const stored = await readRunFlags(folder.path);
  const fromProject = places.run.codeFrom === 'project';
  const code = fromProject
    ? undefined
    : await openRunCode(folder.path, record, places.run.trustCode ? environment.warn : undefined);
  const edited = code === undefined ? [] : await changedSince(code);
  if (edited.length > 0)
    environment.warn(
      `Edited since ${label} was made: ${edited.join(', ')}. The run continues with its own copy; --code-from project uses the edited files.`,
    );
  // The project file speaks of new runs; only what was given now can ask for another engine than the run's.
  const flagsFile = places.layers.filter(({ source }) => source === 'flags file');
  const asked = plainValues(
    resolveFlags(runFlags, [
      ...flagsFile.map((layer) => ({ ...layer, ignoreUnknown: true })),
      { source: 'override', values: readArguments(places.argv, runFlags).values },
    ]),
  ) as unknown as RunFlagValues;
  const storedText = (name: string) => (stored[name]?.value ?? null) as string | null;
  const wanted = {
    sink: asked.sink ?? storedText('sink'),
    hook: asked.hook ?? storedText('hook'),
    checkpointStore: storeNameOf(stored),
  };
  const plugins = await runPlugins(services, wanted, label);
  const wish = {
    backend: record.backend.name,
    package: record.backend.package,
    engine: asked.engine ?? record.engine.engine,
    origin: record.directory,
    gpu: asked.gpu ?? storedText('gpu'),
  };
  const started = await startEngine(services, wish, (specs) => [
    { source: 'run', values: plainValues(stored) },
    ...layersFor(specs, { layers: flagsFile, argv: places.argv }),
  ]);
  const { backend, engine } = started;
  return disposeOnFailure(engine, async () => {
    const configs = await readConfigs(
      services,
      code,
      () => correctedPaths({ record, stored, asked, directory }),
      engine,
      record.directory,
    );
    const { data, model } = configs;
    const specs = mergeSpecs([
      { by: 'forge', flags: runFlags },
      { by: 'the data config', flags: data.flags },
      { by: 'the model config', flags: model.flags },
      started.declarer,
      ...plugins.declarers,
      { by: 'this script', flags: more },
    ]);
    const given = withoutInvocationFlags(readAllArguments(places.argv, { ...specs, ...invocationFlags }));
    const flags = resumedFlags({
      label,
      record,
      stored,
      specs,
      given: [...flagsFile, { source: 'override', values: given, base: directory }],
      override: places.run.override,
      otherConfigs: fromProject,
      directory,
    });
    if (fromProject) {
      for (const line of changedDeclarations(configs, stored, flags, Object.keys(specs))) environment.warn(line);
    }
    const values = plainValues(flags) as PreparedRun['values'];
    const capture = await configs.capture();
    const ofData = [...Object.keys(data.flags), 'seed'].filter((name) => name in stored);
    const changed = {
      flags: ofData.filter((name) => flags[name]!.value !== stored[name]!.value),
      code: capture !== null,
    };
    const reopened = { folder, record, notBusy, changed, restartEpoch: places.run.restartEpoch };
    const parts = {
      flags,
      values,
      data,
      model,
      backend,
      engine,
      plugins,
      code: capture,
      reads: configs.reads,
      reopened,
    };
    return { ...parts, [Symbol.asyncDispose]: async () => engine.dispose() };
  });
}

interface ResumedConfigs {
  readonly data: ConfigModule;
  readonly model: ConfigModule;
  /** Code that the run does not store yet; null where there is none. */
  capture(): Promise<CodeCapture | null>;
  readonly reads: PreparedRun['reads'];
}

/**
 * Reads the configs that the run stores, or, where they are to be corrected, those of the project.
 * @param origin where the run was made
 */
async function readConfigs(
  services: Services,
  code: StoredCode | undefined,
  paths: () => { data: string; model: string },
  engine: Engine,
  origin: string,
): Promise<ResumedConfigs> {
  if (code === undefined) return readProjectConfigs(services, paths(), engine);
  const configs = await readStoredConfigs(services, code, engine, origin);
  // What runs though it was altered is stored as it is, or nothing could load what it trains.
  return { ...configs, reads: new Map(), capture: async () => (code.altered ? recapture(code) : null) };
}
