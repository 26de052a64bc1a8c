import { resolve } from 'node:path';
import type { Engine } from '../../backend/backend.js';
import type { CodeCapture } from '../../code/capture-code.js';
import { changedSince } from '../../code/changed-since.js';
import { currentCode } from '../../code/code-place.js';
import { recapture, type StoredCode } from '../../code/stored-code.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { mergeSpecs, plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import { ForgeError } from '../../errors/forge-error.js';
import { findRun } from '../../run/catalog/find-run.js';
import { requireUnlocked } from '../../run/lock/run-locked.js';
import { requireSafeToResume } from '../../run/lock/safe-to-resume.js';
import { readRunFlags, storeNameOf } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { invocationFlags, type RunFlagValues, runFlags } from '../../train/run-flags.js';
import { openRunCode } from '../load/open-run-code.js';
import { readStoredConfigs } from '../load/stored-configs.js';
import type { ConfigObjects } from '../prepare/config-request.js';
import { type FlagPlaces, layersFor, withoutInvocation } from '../prepare/flag-layers.js';
import { readMemoryConfigs } from '../prepare/memory-configs.js';
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
  const { configs: objects } = places;
  if (objects !== null) requireInMemory(label, record, fromProject);
  const code =
    fromProject || objects !== null
      ? undefined
      : await openRunCode(folder.path, record, places.run.trustCode ? environment.warn : undefined);
  const edited = code === undefined ? [] : await changedSince(code);
  if (edited.length > 0)
    environment.warn(
      `Edited since ${label} was made: ${edited.join(', ')}. The run continues with its own copy; --code-from project uses the edited files.`,
    );
  // The project file and a script's defaults are for new runs.
  const layers = places.layers.filter(({ source }) => source === 'environment' || source === 'flags file');
  const asked = plainValues(
    resolveFlags(runFlags, layersFor(runFlags, { ...places, layers })),
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
    ...layersFor(specs, { ...places, layers }),
  ]);
  const { backend, engine } = started;
  return disposeOnFailure(engine, async () => {
    const configs = await readConfigs(
      services,
      code ?? objects ?? correctedPaths({ record, stored, asked, directory }),
      engine,
      record.directory,
    );
    const { data, model } = configs;
    const specs = mergeSpecs([
      { by: 'forge', flags: runFlags },
      { by: 'the data config', flags: data.flags },
      { by: 'the model config', flags: model.flags },
      started.declarer,
      ...plugins.declarations,
      { by: 'this script', flags: more },
    ]);
    const given = places.commandLine.readAll({ ...specs, ...invocationFlags });
    const override = { source: 'override', values: given, base: directory } as const;
    const flags = resumedFlags({
      label,
      record,
      stored,
      specs,
      given: [...layers, override, places.script].map(withoutInvocation),
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
      code: capture !== null || objects !== null,
    };
    const reopened = { folder, record, notBusy, changed, restartEpoch: places.run.restartEpoch };
    const { dryRun } = places.run;
    const { reads } = configs;
    const inMemory = objects !== null;
    const parts = {
      ...{ flags, values, data, model, backend, engine, plugins, code: capture },
      ...{ inMemory, reads, dryRun, reopened },
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
 * Reads the configs of a run: from the code it stores, from objects, or from corrected files of the project.
 * @param origin the folder that the run was made in
 */
async function readConfigs(
  services: Services,
  source: StoredCode | ConfigObjects | { readonly data: string; readonly model: string },
  engine: Engine,
  origin: string,
): Promise<ResumedConfigs> {
  if ('manifest' in source) {
    const configs = await readStoredConfigs(services, source, engine, origin);
    // Altered code that was trusted is stored as it is: otherwise nothing could load what it trains.
    return { ...configs, reads: new Map(), capture: async () => (source.altered ? recapture(source) : null) };
  }
  return isPaths(source) ? readProjectConfigs(services, source, engine) : readMemoryConfigs(services, source, engine);
}

function isPaths(
  source: ConfigObjects | { readonly data: string; readonly model: string },
): source is { readonly data: string; readonly model: string } {
  return typeof source.data === 'string';
}

/** @throws ForgeError USAGE where objects cannot be the configs of a run */
function requireInMemory(label: string, record: RunRecord, fromProject: boolean): void {
  if (fromProject) {
    throw new ForgeError('USAGE', '--code-from project reads files, but the script gives its configs as objects.', {
      about: 'codeFrom',
      hint: 'Omit one of the two.',
    });
  }
  if (record.code === 'in-memory' && currentCode(record).folder === 'code') return;
  throw new ForgeError('USAGE', `${label} stores its code, which a resume runs; it takes no configs as objects.`, {
    about: label,
    hint: 'Resume it without `data` and `model`, or start a new run.',
  });
}
