import { cp, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { RandomStream } from '@forge-ml/core';
import { contentBelow, hostileKinds, passingPlaces, putInPlace } from '@forge-ml/core/testing';
import { inFolder } from '../cli/folder.js';
import { commandsOn, runCommandOn, trainVictim } from './hostile-folder.js';
import { sized, type TortureRequest, type TortureResult, type TortureScenario } from './scenario.js';

/** Replaces a run's files by links, pipes and devices, and runs commands on it. */
export const hostileLinks: TortureScenario = {
  name: 'hostile-links',
  bar: 'whatever replaces a file or folder of a run, nothing outside the run changes and nothing hangs',
  run: (request) => inFolder((folder) => testIn(folder, request)),
};

/** The commands that change a run: each is tested with every kind in every place. */
const changing = ['resume', 'repair'];

async function testIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const random = RandomStream.of(request.seed, 'hostile-links');
  const original = await trainVictim(folder);
  const places = [...new Set([...passingPlaces, ...(await readdir(original, { recursive: true }))])].sort();
  const all = places.flatMap((place) =>
    Object.keys(hostileKinds).flatMap((kind) => changing.map((command) => ({ place, kind, command }))),
  );
  const readOnly = Object.keys(commandsOn('', '')).filter((command) => !changing.includes(command));
  const trials = sized(request, { slice: 8, whole: all.length + 60 });
  const faults: string[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const isWhole = request.size === 'whole' && trial < all.length;
    const picked = all[isWhole ? trial : random.below(all.length)]!;
    const { place, kind } = picked;
    // A slice samples all commands; a whole run tests the changing ones first, then samples the read-only ones.
    const sampled = request.size === 'whole' ? readOnly : [...changing, ...readOnly];
    const command = isWhole ? picked.command : sampled[random.below(sampled.length)]!;
    const run = join(folder, 'results', 'line', String(trial + 2));
    const victim = join(folder, 'victim');
    await cp(original, run, { recursive: true });
    // A corrupt file, so that there is something to repair.
    await truncate(join(run, 'checkpoints/8/state.safetensors'), 9);
    await putInPlace(run, place, kind, victim);
    const before = await contentBelow(victim);
    const { fault } = await runCommandOn(folder, commandsOn(run, folder)[command]!, 60);
    const what = `${command} with ${kind} as ${place}`;
    if (fault !== undefined) faults.push(`${what}: ${fault}`);
    if ((await contentBelow(victim)) !== before) faults.push(`${what}: something outside the run changed`);
    await rm(run, { recursive: true });
    await rm(victim, { recursive: true });
    if (trial % 50 === 49) request.say(`${trial + 1} of ${trials}`);
  }
  return { measured: `${trials} runs, ${places.length} places, ${Object.keys(hostileKinds).length} kinds`, faults };
}
