import { deepStrictEqual, rejects } from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BestHook } from './best-hook.js';

describe('BestHook', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hook-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const best = async () => JSON.parse(await readFile(join(folder, 'best.json'), 'utf8'));
  const report = (hook: BestHook, step: number, loss: number, split = 'valid') =>
    hook.report({ step, epoch: 0, time: 0, split, values: { loss, accuracy: 1 } });

  it('writes the lowest value of its metric at each checkpoint and at the end', async () => {
    const hook = await BestHook.open(folder, 'valid.loss', null);
    await hook.checkpoint();
    await rejects(best(), /ENOENT/);
    report(hook, 10, 3);
    report(hook, 10, 0.1, 'train');
    await hook.checkpoint();
    deepStrictEqual(await best(), { metric: 'valid.loss', step: 10, value: 3 });
    for (const [step, loss] of [
      [20, 2],
      [30, Number.NaN],
      [40, 4],
    ] as const)
      report(hook, step, loss);
    await hook.end();
    deepStrictEqual(await best(), { metric: 'valid.loss', step: 20, value: 2 });
  });

  it('continues with the best value before the step at which a run is resumed', async () => {
    const first = await BestHook.open(folder, 'valid.loss', null);
    report(first, 20, 2);
    await first.end();
    const resumed = await BestHook.open(folder, 'valid.loss', 20);
    report(resumed, 30, 3);
    await resumed.end();
    deepStrictEqual((await best()).step, 20);
    const earlier = await BestHook.open(folder, 'valid.loss', 10);
    report(earlier, 15, 5);
    await earlier.end();
    deepStrictEqual((await best()).step, 15);
  });
});
