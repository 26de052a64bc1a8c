import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary } from '@forge-ml/core';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';

const rounds = 5;
const configs = fileURLToPath(new URL('../configs/', import.meta.url));

/** How long a run waits for an async save and for a sync one, with a state of 1 GB on a backend. */
async function measure(backend: string, engine: string, bar: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-bench-'));
  const forge = new ForgeLibrary({ directory: folder, argv: [] });
  const experiment = await forge.config({
    defaults: {
      backend,
      engine,
      dataConfig: join(configs, 'large-data.ts'),
      modelConfig: join(configs, `large.${backend}.ts`),
      keep: '1',
      resultsDir: join(folder, 'results'),
    },
  });
  try {
    const data = await forge.loadData(experiment);
    const built = await forge.build(experiment, data);
    const run = await forge.initCheckpoint(experiment, built);
    const batch = (await data.train.read({ epoch: 0, skip: 0 }).next()).value!;
    let step = 0;
    const oneStep = async () => {
      await built.session.step(batch as never, { step, metrics: false });
      step++;
    };
    const position = () => ({ step, data: { epoch: 0, batch: step } });
    const asyncSave = async () => {
      await oneStep();
      const blocked = await millisecondsOf(() => run.saveAsync(position()));
      await oneStep();
      await run.settle();
      return blocked;
    };
    const syncSave = async () => {
      await oneStep();
      return millisecondsOf(() => run.save(position()));
    };
    const samples = await interleave(rounds, { asyncSave, syncSave });
    await run.finish('completed');
    await built.session.dispose();
    return {
      what: `${backend}: time that an async save of 1 GB blocks a step, relative to a sync one`,
      value: median(samples.asyncSave.map((time, round) => time / samples.syncSave[round]!)) * 100,
      unit: '%',
      bar: { relation: '<=', value: bar },
      detail: `async ${median(samples.asyncSave).toFixed(1)} ms, sync ${median(samples.syncSave).toFixed(0)} ms`,
    };
  } finally {
    await experiment.engine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
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
