import { join, resolve } from 'node:path';
import { Arguments } from '../../config/flags/arguments.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { checkOptions } from '../../errors/check-options.js';
import { makeFolder } from '../../fs/durable-folder.js';
import { makeSafeFolder, removeInside } from '../../fs/safe-files.js';
import { parseMetricAddress } from '../../metrics/metric-address.js';
import { writeSweepFile } from '../../sweep/record/read-sweep-file.js';
import type { SweepFile } from '../../sweep/record/sweep-file.js';
import { SweepState } from '../../sweep/record/sweep-state.js';
import { resolveSpace } from '../../sweep/space/resolve-space.js';
import { runFlags } from '../../train/run-flags.js';
import { readTemplate, writeTemplate } from '../jobs/template.js';
import { templateName } from '../jobs/template-file.js';
import { readRequest } from '../prepare/config-request.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { defaultRunName } from '../prepare/run-name.js';
import { SweepHandle } from './control-sweep.js';
import { objectLauncher } from './object-launcher.js';
import { discardSweepFolder, newSweepName, requireNoSweep } from './sweep-folder.js';
import type { SweepLibrary } from './sweep-library.js';
import { launcherFlags, makeLauncher, samplerMaker, storedFlags } from './sweep-plugins.js';
import type { SweepRequest } from './sweep-request.js';
import { sweepSettings } from './sweep-settings.js';

const fields = [
  ...['name', 'config', 'space', 'objectives', 'method', 'seed', 'halving', 'budget', 'repeat', 'retries', 'failFast'],
  ...['prune', 'launcher', 'workers', 'program', 'command'],
];

/** Checks everything that a sweep needs; nothing is written before it runs. @throws ForgeError */
export async function prepareSweep(library: SweepLibrary, request: SweepRequest): Promise<SweepHandle> {
  checkOptions(request, fields, { of: 'Forge.sweep(request)', synonyms: { stop: 'halving', trials: 'budget' } });
  const { services } = library;
  const { directory } = services.environment;
  const asked = readRequest(request.config ?? {});
  const places = await library.places(asked);
  const named = request.launcher ?? places.run.launcher;
  const name = named === null || named === 'none' ? 'local' : named;
  const flags = await launcherFlags(services, name, places);
  // The launcher's flags are no flags of the runs.
  const argv = new Arguments(asked.argv ?? services.environment.argv).without(flags.specs);
  const experiment = await library.config({ ...request.config, argv });
  try {
    const settings = sweepSettings(request, experiment.values, name);
    const space = resolveSpace(request.space, flagSpecs(experiment), directory);
    const launcher = { name, flags: storedFlags(flags) };
    const made =
      asked.configs === null
        ? await makeLauncher(services, launcher, settings.workers)
        : objectLauncher(library, asked.configs, name);
    const makeSampler = await samplerMaker(services, settings);
    await makeSampler(space);
    const results = resolve(directory, places.run.resultsDir);
    const objectives = settings.objectives.map(({ metric }) => parseMetricAddress(metric)!);
    const setup = await readTemplate(services, { ...experiment, objectives }, results);
    const run = places.run.runName ?? (experiment.inMemory ? 'run' : defaultRunName(experiment.model.path));
    const sweepName = await newSweepName(results, request.name ?? null, run);
    const sweep: SweepFile = { ...settings, name: sweepName, directory, space, launcher };
    const folder = join(results, sweepName);
    let began = false;
    return new SweepHandle(services, {
      ...{ folder, sweep, makeSampler, directory, launcher: made, watch: {} },
      state: new SweepState(sweep),
      program: request.program ?? ownProgram(),
      seed: experiment.values.seed,
      async create() {
        await makeFolder(results);
        await makeSafeFolder(folder, results);
      },
      async begin() {
        await requireNoSweep(folder, sweepName);
        began = true;
        await removeInside(join(folder, templateName), results);
        await writeTemplate(services, folder, experiment, setup);
        await writeSweepFile(folder, sweep);
      },
      async discard() {
        if (began) await discardSweepFolder(folder, results);
      },
    });
  } finally {
    await experiment.engine.dispose();
  }
}

function flagSpecs({ data, model, plugins }: PreparedRun): FlagSpecs {
  return Object.assign({}, runFlags, ...plugins.declarations.map(({ flags }) => flags), data.flags, model.flags);
}

/** This process's program: `forge`, which does jobs too. */
export function ownProgram(): readonly [string, ...string[]] {
  return [process.execPath, ...process.execArgv, process.argv[1]!];
}
