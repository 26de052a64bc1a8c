import { join } from 'node:path';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { ForgeError } from '../../errors/forge-error.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { claimSweep, liveController } from '../../sweep/controller/controller-claim.js';
import { addedBudget, writeRequest } from '../../sweep/controller/sweep-requests.js';
import { checkCount, checkHours } from '../../sweep/define/check-settings.js';
import { Journal } from '../../sweep/record/journal.js';
import { readJournal } from '../../sweep/record/read-journal.js';
import { readSweepFile } from '../../sweep/record/read-sweep-file.js';
import { narrowSpace } from '../../sweep/space/narrow-space.js';
import type { Space } from '../../sweep/space/space.js';
import { openTemplate } from '../jobs/template.js';
import { readRequest } from '../prepare/config-request.js';
import { readFlagDeclarations } from '../prepare/flag-declarations.js';
import { resumeSweep } from './resume-sweep.js';
import type { SweepLibrary } from './sweep-library.js';
import type { SweepAddition, SweepChange } from './sweep-request.js';

/** Stops a sweep: asks its controller to, or ends the jobs that go on without one. */
export async function stopSweep(
  library: SweepLibrary,
  folder: string,
  options: { readonly now?: boolean } = {},
): Promise<SweepChange> {
  const { now = false } = options;
  const sweep = await readSweepFile(folder);
  const { state } = await readJournal(folder, sweep);
  const change = { name: sweep.name, folder, budget: state.budget };
  const { watchMs } = library.services.environment;
  if ((await liveController(folder, { watchMs })) !== undefined) {
    await writeRequest(folder, { kind: 'stop', now });
    return { ...change, done: 'requested' };
  }
  await (await resumeSweep(library, folder, {})).stop(now);
  return { ...change, done: 'recorded' };
}

/** Adds to the budget of a sweep, or narrows its space. */
export async function addToSweep(library: SweepLibrary, folder: string, addition: SweepAddition): Promise<SweepChange> {
  const { space: definitions, config = {}, ...amounts } = addition;
  checkCount('trials', amounts.trials, 1);
  checkCount('steps', amounts.steps, 1);
  checkHours(amounts.hours);
  const budget = Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== undefined));
  if (definitions === undefined && Object.keys(budget).length === 0) {
    throw new ForgeError('USAGE', 'Nothing is added to the sweep.', {
      about: 'trials',
      hint: 'Add trials, for example.',
    });
  }
  const sweep = await readSweepFile(folder);
  const { name } = sweep;
  const { state } = await readJournal(folder, sweep);
  let space: Space | null = null;
  if (definitions !== undefined) {
    space = narrowSpace(state.space, definitions, await flagSpecs(library, folder, config));
  }
  const used = { trials: state.trials.length, steps: state.steps, hours: state.elapsed / 3_600_000 };
  const added = { name, folder, budget: addedBudget(state.budget, budget, used) };
  const watch = { watchMs: library.services.environment.watchMs };
  if ((await liveController(folder, watch)) !== undefined) {
    await writeRequest(folder, { kind: 'add', budget, space });
    return { ...added, done: 'requested' };
  }
  const claim = await claimSweep(folder, watch);
  try {
    const { end } = await readJournal(folder, sweep);
    const journal = await Journal.open(folder, end);
    const time = Date.now();
    // The sweep's time does not go on while it waits for the next controller.
    const change = { type: 'change', time: Math.min(time, state.lastTime ?? time), budget: added.budget } as const;
    await journal.append([space === null ? change : { ...change, space }], { sync: true });
    await journal.close();
  } finally {
    await claim.release();
  }
  return { ...added, done: 'recorded' };
}

/** The flags of the configs that the sweep was started with. */
async function flagSpecs(
  library: SweepLibrary,
  folder: string,
  config: NonNullable<SweepAddition['config']>,
): Promise<FlagSpecs> {
  const { configs } = readRequest(config);
  // Says so where the configs are objects, and missing.
  await openTemplate(folder, configs);
  const flags = await readRunFlags(join(folder, 'template'));
  const names = ['dataConfig', 'modelConfig', 'backend', 'engine', 'sink', 'hook', 'checkpointStore'];
  const given = names.flatMap((name) => (flags[name]?.value == null ? [] : [[name, flags[name]!.value] as const]));
  const places = await library.places({ argv: [], set: Object.fromEntries(given) });
  const declarations = await readFlagDeclarations(library.services, places);
  const objects = configs === null ? [] : [configs.data, configs.model];
  return Object.assign({}, ...[...declarations, ...objects].map(({ flags }) => flags));
}
