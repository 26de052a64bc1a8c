import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary, type Run } from '@forge-ml/core';
import { installToyPlugin } from '@forge-ml/core/testing';
import { type Benchmark, interleave, median } from './benchmark.js';

const configs = fileURLToPath(new URL('../configs/', import.meta.url));
const scalars = 300_000;
const rounds = 9;
const bufferBytes = 1 << 16;

/** Compares logging scalars to a run, one or three a record, with a plain writer of the same lines. */
export const logScalars: Benchmark = {
  name: 'log-scalars',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'forge-bench-logs-'));
    try {
      const runs = await runsIn(folder);
      const samples = await interleave(rounds, {
        single: async () => [await rateOf(await runs.start(), logSingly)],
        plain: async () => [writePlainly(join(folder, 'plain.jsonl'))],
        triple: async () => [await rateOf(await runs.start(), logInThrees)],
      });
      await runs.end();
      const [single, triple, plain] = [samples.single, samples.triple, samples.plain].map(median) as [
        number,
        number,
        number,
      ];
      const perSecond = (rate: number) => `${(Math.round(rate / 1000) * 1000).toLocaleString('en')}/s`;
      const where = 'to metrics.jsonl and TensorBoard';
      return [
        {
          what: `scalars a second, one a record, ${where}`,
          value: single / 1e6,
          unit: 'million/s',
          bar: { relation: '>=', value: 0.3 },
          detail: `${perSecond(single)}, all written to disk`,
        },
        {
          what: `scalars a second, three a record, ${where}`,
          value: triple / 1e6,
          unit: 'million/s',
          bar: { relation: '>=', value: 0.3 },
          detail: `${perSecond(triple)}, all written to disk`,
        },
        {
          what: 'one scalar a record to both files, relative to a plain node writer of the same JSON lines alone',
          value: median(samples.single.map((rate, round) => rate / samples.plain[round]!)),
          unit: '×',
          detail: `forge ${perSecond(single)}, plain writer ${perSecond(plain)}`,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Creates runs on a backend that does nothing. */
async function runsIn(folder: string) {
  await installToyPlugin(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { 'toy-plugin': '*' } }));
  const forge = new ForgeLibrary({ directory: folder, argv: [] });
  const experiment = await forge.config({
    defaults: {
      backend: 'null',
      dataConfig: join(configs, 'data.ts'),
      modelConfig: join(configs, 'nothing.ts'),
      resultsDir: join(folder, 'results'),
    },
  });
  const built = await forge.build(experiment, await forge.loadData(experiment));
  return { start: () => forge.initCheckpoint(experiment, built), end: () => experiment.engine.dispose() };
}

/** Scalars a second, until all lines and events are written and the files closed. */
async function rateOf(run: Run, log: (run: Run) => void): Promise<number> {
  const start = performance.now();
  log(run);
  await run.finish('completed');
  const seconds = (performance.now() - start) / 1000;
  rmSync(run.folder, { recursive: true });
  return scalars / seconds;
}

function logSingly(run: Run): void {
  for (let step = 1; step <= scalars; step++) {
    run.log({ step, epoch: step >> 10, split: 'train', values: { loss: 1 / step } });
  }
}

function logInThrees(run: Run): void {
  for (let step = 1; step <= scalars / 3; step++) {
    const values = { loss: 1 / step, accuracy: 1 - 1 / step, learningRate: 1e-3 / step };
    run.log({ step, epoch: step >> 10, split: 'train', values });
  }
}

/** Writes the same lines with the least work. */
function writePlainly(path: string): number {
  const start = performance.now();
  const file = openSync(path, 'w');
  let text = '';
  for (let step = 1; step <= scalars; step++) {
    const record = { step, epoch: step >> 10, time: Date.now(), split: 'train', values: { loss: 1 / step } };
    text += `${JSON.stringify(record)}\n`;
    if (text.length < bufferBytes) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  return scalars / ((performance.now() - start) / 1000);
}
