import { inBenchFolder } from './bench-folder.js';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';
import { openRun } from './open-run.js';

const rounds = 5;

/** How long a run waits for an async save and for a sync one, with a state of 1 GB on a backend. */
function measure(backend: string, engine: string, bar: number): Promise<Row> {
  return inBenchFolder(async (folder) => {
    const configs = { dataConfig: 'large-data.ts', modelConfig: `large.${backend}.ts` };
    const { run, step, position, close } = await openRun({ folder, backend, engine, ...configs });
    const asyncSave = async () => {
      await step();
      const blocked = await millisecondsOf(() => run.saveAsync(position()));
      await step();
      await run.settle();
      return blocked;
    };
    const syncSave = async () => {
      await step();
      return millisecondsOf(() => run.save(position()));
    };
    const samples = await interleave(rounds, { asyncSave, syncSave });
    await close();
    return {
      what: `${backend}: time that an async save of 1 GB blocks a step, relative to a sync one`,
      value: median(samples.asyncSave.map((time, round) => time / samples.syncSave[round]!)) * 100,
      unit: '%',
      bar: { relation: '<=', value: bar },
      detail: `async ${median(samples.asyncSave).toFixed(1)} ms, sync ${median(samples.syncSave).toFixed(0)} ms`,
    };
  });
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number[]> {
  const start = performance.now();
  await work();
  return [performance.now() - start];
}

export const checkpointBlocked: Benchmark = {
  name: 'checkpoint-blocked',
  run: async () => [await measure('tfjs', 'wasm', 6), await measure('onnx', 'cpu', 1)],
};
