import { resolve } from 'node:path';
import { currentCode } from '../../code/code-place.js';
import { recapture } from '../../code/stored-code.js';
import { isAddress } from '../../config/flags/path-value.js';
import { type FlagValue, mergeSpecs, plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import type { FileRead } from '../../config/loader/file-reads.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { findName, toKebab } from '../../text/flag-names.js';
import { refuseBesideNone } from '../../train/early-stop/early-stop-flags.js';
import { configFlags, type RunFlagValues, runFlags } from '../../train/run-flags.js';
import { openRunCode } from '../load/open-run-code.js';
import { readStoredConfigs } from '../load/stored-configs.js';
import { versionsOf, warnOfOtherVersions } from '../prepare/compare-versions.js';
import type { GivenValue } from '../prepare/config-request.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { runPlugins } from '../prepare/run-plugins.js';
import { disposeOnFailure, startEngine } from '../prepare/start-engine.js';
import type { Services } from '../services/services.js';
import { repeatedRun } from './repeated-run.js';

export interface RerunOptions {
  /** Values of flags instead of the run's; names may be in any spelling. */
  readonly set?: Readonly<Record<string, GivenValue>>;
  /** Runs the stored code even if it was altered. Default: it is refused. */
  readonly trustCode?: boolean;
}

/** Flags that belong to the stored code. */
const fixed = ['backend', ...configFlags];

/**
 * Prepares a new run from the newest code and the flags that another run stores, on the same engine. The project's
 * files, its project file and the environment have no part in it.
 * @param results the folder of the new run's experiment
 * @throws ForgeError CODE_MISSING for a run whose configs were objects; CODE_ALTERED, FLAG_UNKNOWN, FLAG_INVALID,
 * FLAG_CONFLICT; nothing was written then
 */
export async function prepareRerun(
  services: Services,
  folder: RunFolder,
  results: string,
  { set = {}, trustCode = false }: RerunOptions,
): Promise<PreparedRun> {
  const { directory, warn } = services.environment;
  const label = `${folder.experiment}/${folder.number}`;
  const record = await readRunRecord(folder.path);
  const stored = await readRunFlags(folder.path);
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  refuseFixed(label, given);
  const code = await openRunCode(folder.path, record, trustCode ? warn : undefined, 'Run that script again.');
  const layer = { source: 'command line', values: given, base: directory } as const;
  const ofRun = { source: 'run', values: plainValues(stored), ignoreUnknown: true } as const;
  const asked = plainValues(resolveFlags(runFlags, [ofRun, { ...layer, ignoreUnknown: true }]));
  const isGiven = (name: string) => findName(name, Object.keys(given)) !== undefined;
  const values = asked as unknown as RunFlagValues;
  const plugins = await runPlugins(services, values, label);
  const wish = {
    backend: record.backend.name,
    package: record.backend.package,
    engine: isGiven('engine') ? values.engine : record.engine.engine,
    gpu: values.gpu,
    origin: record.directory,
  };
  const started = await startEngine(services, wish, () => [ofRun, layer]);
  const { backend, engine } = started;
  return disposeOnFailure(engine, async () => {
    warnOfOtherVersions(record, versionsOf(started), warn);
    const { data, model, packages } = await readStoredConfigs(services, code, engine, record.directory);
    const specs = mergeSpecs([
      { by: 'forge', flags: runFlags },
      { by: 'the data config', flags: data.flags },
      { by: 'the model config', flags: model.flags },
      started.declarer,
      ...plugins.declarations,
    ]);
    const resolved = resolveFlags(specs, [ofRun, layer], record.directory);
    // Flags that only the script of the run declared are kept too.
    const changed = Object.entries(resolved).filter(
      ([name, { source }]) => source === 'command line' || !Object.hasOwn(stored, name),
    );
    const flags: Record<string, FlagValue> = { ...stored, ...Object.fromEntries(changed) };
    if (!isGiven('resultsDir') && resolve(directory, String(flags.resultsDir?.value)) !== results) {
      flags.resultsDir = { value: results, source: 'run' };
    }
    const reads = new Map<string, FileRead>();
    for (const [name, { value }] of changed) {
      const isFile = specs[name]!.kind === 'path' && typeof value === 'string' && value !== '' && !isAddress(value);
      if (isFile) reads.set(value, { path: value, by: `--${toKebab(name)}` });
    }
    refuseBesideNone(
      plainValues(flags) as unknown as RunFlagValues,
      changed.map(([name]) => name),
    );
    const captured = await recapture(code);
    return {
      flags,
      values: {
        ...plainValues(flags),
        ...(isGiven('runName') ? {} : { runName: null }),
      } as PreparedRun['values'],
      data,
      model,
      backend,
      engine,
      plugins,
      code: { ...captured, manifest: { ...captured.manifest, packages } },
      inMemory: false,
      reads,
      dryRun: false,
      reopened: null,
      repeats: await repeatedRun(folder, record, currentCode(record), !isGiven('initFrom') && !isGiven('map')),
      [Symbol.asyncDispose]: async () => engine.dispose(),
    };
  });
}

function refuseFixed(label: string, given: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(given).find((flag) => findName(flag, fixed) !== undefined);
  if (name === undefined) return;
  throw new ForgeError(
    'FLAG_CONFLICT',
    `--${toKebab(name)} cannot change: ${label} is run again with its stored code.`,
    {
      about: name,
      hint: 'Omit it, or train the files of the project: forge train.',
    },
  );
}
