import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeLibrary, readMetrics, verifyRun } from '@forge-ml/core';
import { loggingFlags } from './logging-project.js';
import { peakMemory } from './peak-memory.js';

/** Performs one action on the run `points/1` with a number of points. Prints the memory used on stdout. */
const [action, directory, count] = process.argv.slice(2) as [keyof typeof actions, string, string];
const points = Number(count);
const run = { path: join(directory, 'results', 'points', '1'), experiment: 'points', number: 1 };

const actions = {
  async log() {
    const created = await openRun([...loggingFlags, '--run-name', 'points']);
    const before = process.memoryUsage.rss();
    for (let step = 1; step <= points; step++) {
      created.log({ step, epoch: 0, split: step % 100 === 0 ? 'valid' : 'train', values: { loss: 1 / step } });
      if (step === points / 2) await created.save({ step, data: { epoch: 0, batch: 0 } });
    }
    await created.finish('stopped');
    return before;
  },
  async read() {
    const before = process.memoryUsage.rss();
    let last = 0;
    for await (const { step } of readMetrics(join(run.path, 'metrics.jsonl'))) if (step === last + 1) last = step;
    mustBe(last, points);
    return before;
  },
  async verify() {
    const before = process.memoryUsage.rss();
    mustBe((await verifyRun(run, { deep: true })).problems.length, 0);
    return before;
  },
  async resume() {
    const before = process.memoryUsage.rss();
    const resumed = await openRun(['--resume', 'points/1']);
    mustBe(resumed.from.step, points / 2);
    await resumed.finish('stopped');
    return before;
  },
};

async function openRun(argv: readonly string[]) {
  const forge = new ForgeLibrary({ directory, argv });
  const experiment = await forge.config();
  return forge.initCheckpoint(experiment, await forge.build(experiment, await forge.loadData(experiment)));
}

function mustBe(value: number, expected: number): void {
  if (value !== expected) throw new Error(`${action}: got ${value}, expected ${expected}`);
}

const before = await actions[action]();
writeSync(1, JSON.stringify({ before, peak: peakMemory() }));
