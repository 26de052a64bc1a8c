import { openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Batch, ForgeLibrary, tensor, trainLoop } from '@forge-ml/core';
import { installToyPlugin } from '@forge-ml/core/testing';
import { type Benchmark, interleave, median } from './benchmark.js';

const configs = fileURLToPath(new URL('../configs/', import.meta.url));
// Short blocks, so that temporary load affects both contenders of a round.
const [examples, pixels, batchSize, blockSteps] = [10_000, 784, 64, 12];

/** Training on a backend by Forge's loop and by a handwritten loop, with the same session. */
async function contenders(folder: string, backend: string, model: string) {
  const defaults = {
    backend,
    engine: backend === 'tfjs' ? 'wasm' : null,
    reportEvery: 1,
    resultsDir: join(folder, 'results'),
  };
  const forge = new ForgeLibrary({ directory: folder, argv: [] });
  const experiment = await forge.config({
    defaults: { ...defaults, dataConfig: join(configs, 'data.ts'), modelConfig: join(configs, model) },
  });
  const data = await forge.loadData(experiment);
  const built = await forge.build(experiment, data);
  const run = await forge.initCheckpoint(experiment, built);
  const { session } = built;

  let from = { step: 0, data: { epoch: 0, batch: 0 } };
  /** What a run does at every step: read the data, step, log to metrics.jsonl and TensorBoard. */
  const byForge = async () => {
    const intervals: number[] = [];
    let last = performance.now();
    from = await trainLoop({
      session,
      train: data.train,
      run: { log: (report) => run.log(report), save: async () => undefined },
      from,
      limits: { steps: from.step + blockSteps, epochs: Number.POSITIVE_INFINITY },
      reportEvery: 1,
      evalEvery: null,
      saveDue: () => false,
      hooks: {
        start: () => {
          last = performance.now();
        },
        step: () => {
          const now = performance.now();
          intervals.push(now - last);
          last = now;
        },
      },
    });
    return [median(intervals)];
  };

  const next = handmadeBatches();
  const log = openSync(join(folder, `${backend}.jsonl`), 'w');
  let step = 0;
  /** The minimum: gather a shuffled batch, step, append a line. */
  const byHand = async () => {
    const intervals: number[] = [];
    let last = performance.now();
    for (const end = step + blockSteps; step < end; step++) {
      const stats = await session.step(next(), { step, metrics: true });
      writeSync(log, `${JSON.stringify({ step, time: Date.now(), split: 'train', values: stats })}\n`);
      const now = performance.now();
      intervals.push(now - last);
      last = now;
    }
    return [median(intervals)];
  };
  return { byForge, byHand, end: () => run.finish('completed') };
}

function handmadeBatches(): () => Batch {
  const images = Float32Array.from({ length: examples * pixels }, Math.random);
  const labels = Int32Array.from({ length: examples }, (_, i) => i % 10);
  const order = Array.from({ length: examples }, (_, i) => i);
  let at = order.length;
  return () => {
    if (at + batchSize > order.length) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(Math.random() * (i + 1));
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      at = 0;
    }
    const x = new Float32Array(batchSize * pixels);
    const y = new Int32Array(batchSize);
    for (let row = 0; row < batchSize; row++) {
      const source = order[at++]!;
      x.set(images.subarray(source * pixels, (source + 1) * pixels), row * pixels);
      y[row] = labels[source]!;
    }
    return { images: tensor(x, [batchSize, pixels]), labels: tensor(y) };
  };
}

export const loopOverhead: Benchmark = {
  name: 'loop-overhead',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'forge-bench-'));
    try {
      await installToyPlugin(folder);
      await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies: { 'toy-plugin': '*' } }));
      const wasm = await contenders(folder, 'tfjs', 'mlp.ts');
      const training = await interleave(120, { forge: wasm.byForge, hand: wasm.byHand });
      await wasm.end();
      const nothing = await contenders(folder, 'null', 'nothing.ts');
      const empty = await interleave(200, { forge: nothing.byForge, hand: nothing.byHand });
      await nothing.end();
      const [forgeEmpty, handEmpty] = [median(empty.forge) * 1000, median(empty.hand) * 1000];
      return [
        {
          what: 'a step of the wasm MLP, every step logged, relative to a handwritten loop',
          value: median(training.forge.map((forge, round) => forge / training.hand[round]!)),
          unit: '×',
          bar: { relation: '<=', value: 1.02 },
          detail: `forge ${median(training.forge).toFixed(2)} ms, by hand ${median(training.hand).toFixed(2)} ms`,
        },
        {
          what: 'a step of a backend that does nothing, every step logged, in addition to a handwritten loop',
          value: median(empty.forge.map((forge, round) => (forge - empty.hand[round]!) * 1000)),
          unit: 'µs',
          bar: { relation: '<=', value: 40 },
          detail: `forge ${forgeEmpty.toFixed(1)} µs, by hand ${handEmpty.toFixed(1)} µs, mostly to gather 200 KB`,
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
