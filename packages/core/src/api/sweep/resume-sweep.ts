import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readRunFlags } from '../../run/record/flags-file.js';
import { SamplerFeed } from '../../sweep/controller/sampler-feed.js';
import { readJournal } from '../../sweep/record/read-journal.js';
import { readSweepFile, sweepFileName } from '../../sweep/record/read-sweep-file.js';
import { openTemplate } from '../jobs/template.js';
import { readRequest } from '../prepare/config-request.js';
import { SweepHandle } from './control-sweep.js';
import { objectLauncher } from './object-launcher.js';
import { ownProgram } from './prepare-sweep.js';
import type { SweepLibrary } from './sweep-library.js';
import { makeLauncher, samplerMaker } from './sweep-plugins.js';
import type { ResumeSweepOptions } from './sweep-request.js';

/** The folder of a sweep: by its name in the folder of all experiments, or as a path. */
export async function sweepFolder(name: string, results: string, directory: string): Promise<string> {
  const path = resolve(directory, name);
  const isPath = await stat(join(path, sweepFileName)).then(
    () => true,
    () => false,
  );
  return isPath ? path : join(results, name);
}

/** Prepares to resume a sweep. @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CODE_ALTERED, USAGE, … */
export async function resumeSweep(
  library: SweepLibrary,
  folder: string,
  options: ResumeSweepOptions,
): Promise<SweepHandle> {
  const { config = {}, workers, program = ownProgram(), ...watch } = options;
  const { services } = library;
  const stored = await readSweepFile(folder);
  const sweep = workers === undefined ? stored : { ...stored, workers };
  const makeSampler = await samplerMaker(services, sweep);
  const feed = await SamplerFeed.create(makeSampler, sweep.space);
  const journal = await readJournal(folder, sweep, feed);
  const { configs } = readRequest(config);
  // Found now, not by every job.
  await openTemplate(folder, configs);
  const { seed } = await readRunFlags(join(folder, 'template'));
  return new SweepHandle(services, {
    ...{ folder, sweep, program, directory: sweep.directory, makeSampler },
    state: journal.state,
    replayed: { feed, journal },
    watch: { watchMs: services.environment.watchMs, ...watch },
    seed: typeof seed?.value === 'number' ? seed.value : 0,
    launcher:
      configs === null
        ? await makeLauncher(services, sweep.launcher, sweep.workers)
        : objectLauncher(library, configs, sweep.launcher.name),
  });
}
