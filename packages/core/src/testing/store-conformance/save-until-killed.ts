import type { CheckpointStoreConformanceOptions } from './options.js';
import { details } from './sample-states.js';
import { stateToKill } from './state-to-kill.js';

/**
 * Saves for ever, each step twice, one way and the other, and keeps the last three; writes each step that is saved:
 * node FILE MODULE FOLDER.
 */
const [module, folder] = process.argv.slice(2) as [string, string];
const { open } = (await import(module)) as Pick<CheckpointStoreConformanceOptions, 'open'>;
const store = await open(folder);
for (let step = Math.max(0, ...(await store.steps())) + 1; ; step++) {
  await store.save(stateToKill(step), details);
  process.stdout.write(`${step}\n`);
  await store.saveAsync({ state: stateToKill(step) }, details);
  process.stdout.write(`${step}\n`);
  for (const old of (await store.steps()).slice(0, -3)) await store.remove(old);
}
