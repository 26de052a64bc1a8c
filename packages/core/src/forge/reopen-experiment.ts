import { resolve } from 'node:path';
import { openStoredCode } from '../code/stored-code.js';
import type { FlagSpecs } from '../config/flag.js';
import { toKebab } from '../config/flag-names.js';
import { readAllArguments, readArguments } from '../config/read-arguments.js';
import { type FlagValue, mergeSpecs, plainValues, type ResolvedFlags, resolveFlags } from '../config/resolve-flags.js';
import { ForgeError } from '../errors/forge-error.js';
import type { BackendRegistry } from '../plugins/backend-registry.js';
import { findRun } from '../run/find-run.js';
import { readRunFlags } from '../run/flags-file.js';
import { readRunRecord } from '../run/read-run.js';
import type { RunRecord } from '../run/run-record.js';
import { shownStatus } from '../run/run-status.js';
import { furtherFlags } from '../train/further-flags.js';
import { invocationFlags, type RunFlagValues, runFlags } from '../train/run-flags.js';
import type { Experiment } from './experiment.js';
import type { FlagPlaces } from './flag-layers.js';
import { startEngine } from './start-engine.js';
import { readStoredConfigs } from './stored-configs.js';
import type { Workplace } from './workplace.js';

/** Flags that say where the run is rather than what it is. */
const whereabouts = ['resultsDir', 'runName'];

/**
 * Takes up the run that `--resume` names, with its own code and flags.
 * @throws ForgeError RUN_NOT_FOUND, RUN_COMPLETED, RUN_BUSY; FLAG_CONFLICT for a flag that contradicts the run's
 */
export async function reopenExperiment(
  workplace: Workplace,
  registry: BackendRegistry,
  places: FlagPlaces,
  more: FlagSpecs,
): Promise<Experiment> {
  const folder = await findRun(
    places.run.resume!,
    resolve(workplace.directory, places.run.resultsDir),
    workplace.directory,
  );
  const record = await readRunRecord(folder.path);
  const label = `${folder.experiment}/${folder.number}`;
  if (shownStatus(record, folder.path) === 'running') {
    throw new ForgeError(
      'RUN_BUSY',
      `${label} is still running: process ${record.process.pid} on ${record.process.host}.`,
      {
        about: label,
        hint: 'Stop that process first; it saves a checkpoint when it is interrupted.',
      },
    );
  }
  const stored = await readRunFlags(folder.path);
  const code = await openStoredCode(folder.path);
  // Only the command line can ask for another engine than the run's (and is held against it below).
  const asked = readArguments(places.argv, runFlags).values;
  const { backend, engine } = await startEngine(workplace, registry, {
    backend: record.backend.name,
    package: record.backend.package,
    engine: (asked.engine as string | undefined) ?? record.engine.engine,
    gpu: (asked.gpu as string | undefined) ?? (stored.gpu?.value as string | null | undefined) ?? null,
  });
  const { data, model } = await readStoredConfigs(workplace, code, engine);
  const specs = mergeSpecs([
    { by: 'forge', flags: runFlags },
    { by: 'the data config', flags: data.flags },
    { by: 'the model config', flags: model.flags },
    { by: 'this script', flags: more },
  ]);
  const given = readAllArguments(places.argv, { ...specs, ...invocationFlags });
  const changes = Object.entries(given).filter(([name]) => !(name in invocationFlags) && !whereabouts.includes(name));
  const before = resolveFlags(specs, [{ source: 'run', values: plainValues(stored), ignoreUnknown: true }]);
  const wanted = resolveFlags(specs, [
    { source: 'run', values: plainValues(stored), ignoreUnknown: true },
    { source: 'override', values: Object.fromEntries(changes) },
  ]);
  const changed = Object.keys(wanted).filter((name) => wanted[name]!.value !== before[name]!.value);
  if (changed.length > 0 && !places.run.override) throw contradiction(label, changed[0]!, before, wanted);
  if (record.status === 'completed' && changed.length === 0) throw completed(label, record, plainValues(wanted));
  const flags = Object.fromEntries(
    Object.entries(wanted).map(([name, flag]) => [name, changed.includes(name) ? flag : (stored[name] ?? flag)]),
  );
  return {
    flags,
    values: plainValues(flags) as Experiment['values'],
    data,
    model,
    backend,
    engine,
    code: null,
    reopened: { folder, record },
  };
}

function contradiction(label: string, name: string, before: ResolvedFlags, wanted: ResolvedFlags): ForgeError {
  const show = (flag: FlagValue | undefined) => JSON.stringify(flag?.value);
  return new ForgeError(
    'FLAG_CONFLICT',
    `--${toKebab(name)} ${show(wanted[name])} contradicts ${label}, which has ${show(before[name])}.`,
    {
      about: name,
      hint: 'Leave it out to go on as before, or add --override to insist.',
    },
  );
}

function completed(label: string, { step }: RunRecord, values: Readonly<Record<string, unknown>>): ForgeError {
  return new ForgeError('RUN_COMPLETED', `${label} is completed, at step ${step}.`, {
    about: label,
    hint: `To train it further: --resume ${label} ${furtherFlags(values as unknown as RunFlagValues)} --override`,
  });
}
