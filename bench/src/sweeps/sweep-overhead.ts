import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark } from '../benchmark.js';
import { forge, timeNode } from './sweep-process.js';

const trainMany = fileURLToPath(new URL('train-many-process.js', import.meta.url));
const trials = 500;
const runFlags = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--steps', '1'];

/** Trials that do almost nothing, by a sweep's reused workers, and the same trainings by Forge.train in one process. */
export const sweepOverhead: Benchmark = {
  name: 'sweep-overhead',
  run: () =>
    inBenchFolder(async (folder) => {
      await writeToyProject(folder);
      const space = ['--space', 'learningRate=log(1e-3..1e-1)', '--method', 'random', '--minimize', 'valid.loss'];
      const timed = async (words: readonly string[]) => {
        const seconds = await timeNode(words, folder);
        await rm(join(folder, 'results'), { recursive: true });
        return (seconds * 1000) / trials;
      };
      const train = () => timed([trainMany, String(trials), ...runFlags]);
      const sweep = (workers: number) =>
        timed([forge, 'sweep', ...space, '--trials', String(trials), '--workers', String(workers), ...runFlags]);
      // Before and after, since the speed of the machine changes within minutes.
      const [before, one, two, after] = [await train(), await sweep(1), await sweep(2), await train()];
      const alone = (before + after) / 2;
      const ms = (value: number) => `${value.toFixed(1)} ms`;
      return [
        {
          what: `a trial of a sweep of ${trials}, one worker, in addition to a training by Forge.train`,
          value: one - alone,
          unit: 'ms',
          bar: { relation: '<=', value: 30 },
          detail: `a trial ${ms(one)}, Forge.train ${ms(alone)}, start of the processes included`,
        },
        {
          what: `a trial of a sweep of ${trials}, two workers, in addition to half a training by Forge.train`,
          value: two - alone / 2,
          unit: 'ms',
          bar: { relation: '<=', value: 30 },
          detail: `a trial ${ms(two)}, Forge.train ${ms(alone)}, start of the processes included`,
        },
      ];
    }),
};
