import { resolve } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import { changedSince } from '../code/changed-since.js';
import { openStoredCode } from '../code/stored-code.js';
import type { FlagSpecs } from '../config/flag.js';
import { readAllArguments, readArguments } from '../config/read-arguments.js';
import { mergeSpecs, plainValues, resolveFlags } from '../config/resolve-flags.js';
import { findRun } from '../run/find-run.js';
import { readRunFlags } from '../run/flags-file.js';
import { readRunRecord } from '../run/read-run.js';
import { mustNotBeBusy } from '../run/run-busy.js';
import { invocationFlags, type RunFlagValues, runFlags, withoutInvocationFlags } from '../train/run-flags.js';
import { BACKENDS, WORKPLACE } from './container.js';
import type { Experiment } from './experiment.js';
import type { FlagPlaces } from './flag-layers.js';
import { resumedFlags } from './resumed-flags.js';
import { runPlugins } from './run-plugins.js';
import { disposeOnFailure, startEngine } from './start-engine.js';
import { readStoredConfigs } from './stored-configs.js';

/**
 * Takes up the run that `--resume` names, with its own code and flags.
 * @throws ForgeError RUN_NOT_FOUND, RUN_COMPLETED, RUN_BUSY; FLAG_CONFLICT for a flag that contradicts the run's
 */
export async function reopenExperiment(
  container: DependencyContainer,
  places: FlagPlaces,
  more: FlagSpecs,
): Promise<Experiment> {
  const workplace = container.resolve(WORKPLACE);
  const folder = await findRun(
    places.run.resume!,
    resolve(workplace.directory, places.run.resultsDir),
    workplace.directory,
  );
  const record = await readRunRecord(folder.path);
  const label = `${folder.experiment}/${folder.number}`;
  mustNotBeBusy(folder, record);
  const stored = await readRunFlags(folder.path);
  const code = await openStoredCode(folder.path, places.run.trustCode ? workplace.warn : undefined);
  const edited = await changedSince(code);
  if (edited.length > 0)
    workplace.warn(`Edited since ${label} was made: ${edited.join(', ')}. The run goes on with its own copy.`);
  // The project file speaks of new runs; only what was given now can ask for another engine than the run's.
  const flagsFile = places.layers.filter(({ source }) => source === 'flags file');
  const asked = plainValues(
    resolveFlags(runFlags, [
      ...flagsFile.map((layer) => ({ ...layer, ignoreUnknown: true })),
      { source: 'override', values: readArguments(places.argv, runFlags).values },
    ]),
  ) as unknown as RunFlagValues;
  const storedText = (name: string) => (stored[name]?.value ?? null) as string | null;
  const plugins = await runPlugins(container, {
    sink: asked.sink ?? storedText('sink'),
    hook: asked.hook ?? storedText('hook'),
  });
  const { backend, engine } = await startEngine(workplace, container.resolve(BACKENDS), {
    backend: record.backend.name,
    package: record.backend.package,
    engine: asked.engine ?? record.engine.engine,
    origin: record.directory,
    gpu: asked.gpu ?? storedText('gpu'),
  });
  return disposeOnFailure(engine, async () => {
    const { data, model } = await readStoredConfigs(container, code, engine);
    const specs = mergeSpecs([
      { by: 'forge', flags: runFlags },
      { by: 'the data config', flags: data.flags },
      { by: 'the model config', flags: model.flags },
      ...plugins.declarers,
      { by: 'this script', flags: more },
    ]);
    const given = withoutInvocationFlags(readAllArguments(places.argv, { ...specs, ...invocationFlags }));
    const flags = resumedFlags({
      label,
      record,
      stored,
      specs,
      given: [...flagsFile, { source: 'override', values: given }],
      override: places.run.override,
      directory: workplace.directory,
    });
    const values = plainValues(flags) as Experiment['values'];
    return { flags, values, data, model, backend, engine, plugins, code: null, reopened: { folder, record } };
  });
}
