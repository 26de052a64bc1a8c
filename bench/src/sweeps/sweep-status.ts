import { inBenchFolder } from '../bench-folder.js';
import { type Benchmark, interleave, median } from '../benchmark.js';
import { simulatedSweep, writeSimulatedProject } from './simulated-launcher.js';
import { forge, timeNode } from './sweep-process.js';
import { writeTrialRuns } from './trial-runs.js';

const trials = 10_000;

/** Reading and resuming large sweeps. */
export const sweepStatus: Benchmark = {
  name: 'sweep-status',
  run: () =>
    inBenchFolder(async (folder) => {
      await writeSimulatedProject(folder);
      const env = { FORGE_BENCH_JOB_MS: '0' };
      const methods = ['random', 'tpe'];
      for (const method of methods) {
        await timeNode([forge, ...simulatedSweep(method, method, trials)], folder, env);
        writeTrialRuns(folder, method, trials);
      }
      const timed =
        (...words: string[]) =>
        async () => [await timeNode([forge, 'sweep', ...words], folder, env)];
      const contenders = Object.fromEntries(
        methods.flatMap((method) => [
          [`forge sweep status of ${trials} trials, ${method}`, timed('status', method)],
          [`forge sweep --resume of ${trials} trials, ${method}, all done`, timed('--resume', method)],
        ]),
      );
      const samples = await interleave(7, contenders);
      return Object.entries(samples).map(([what, seconds]) => {
        return { what, value: median(seconds), unit: 's', bar: { relation: '<=', value: 1 }, detail: 'whole process' };
      });
    }),
};
