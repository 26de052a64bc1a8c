import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@forge-ml/core/plugin';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark, Row } from '../benchmark.js';
import { openEngine } from '../onnx/open-engine.js';
import { findTransformers, startTransformers } from '../onnx/python-libraries.js';
import type { Rival } from '../onnx/rivals.js';
import { stepTimes } from '../onnx/step-times.js';
import type { PythonProcess } from '../python-process.js';
import { type FineTuned, fineTuned, training } from './models.js';

const rounds = 5;
/** Losses from the first step on that must be those of PyTorch. */
const losses = 3;

/**
 * A step of fine-tuning beside the fastest of PyTorch's modes: eager, Adam in one call (`fused=True`), and compiled by
 * Inductor. Models of the library transformers are exported as users do, with random weights; Forge reads the files, and
 * PyTorch trains the models themselves, with PEFT for adapters. Adam, no dropout, scaled_dot_product_attention.
 */
export const fineTuning: readonly Benchmark[] = fineTuned.map((model) => ({
  name: `fine-tuning-${model.name}`,
  run: () => runModel(model),
}));

async function runModel(model: FineTuned): Promise<readonly Row[]> {
  const found = findTransformers();
  if ('missing' in found) {
    process.stderr.write(`  Skipped fine-tuning-${model.name}: ${found.missing}\n`);
    return [];
  }
  return inBenchFolder(async (folder) => {
    const rows: Row[] = [];
    for (const threads of [1, 2]) {
      if (threads > availableParallelism()) {
        process.stderr.write(`  Skipped fine-tuning-${model.name} on ${threads} threads: this machine has one core.\n`);
        continue;
      }
      rows.push(...(await compareBoth(found.python, model, threads, folder)));
    }
    return rows;
  });
}

/** As a whole, and by adapters. */
async function compareBoth(python: string, model: FineTuned, threads: number, folder: string): Promise<readonly Row[]> {
  const torch = await startTransformers(python, threads);
  const engine = await openEngine(threads);
  const rows: Row[] = [];
  try {
    const file = join(folder, `${model.name}-${threads}.onnx`);
    await torch.ask({ do: 'export', model: model.name, path: file });
    for (const adapters of [false, true]) rows.push(await compare({ model, file, adapters, threads, engine, torch }));
  } finally {
    torch.end();
    await engine.dispose();
  }
  return rows;
}

interface Comparison {
  readonly model: FineTuned;
  readonly file: string;
  readonly adapters: boolean;
  readonly threads: number;
  readonly engine: Engine;
  readonly torch: PythonProcess;
}

async function compare({ model, file, adapters, threads, engine, torch }: Comparison): Promise<Row> {
  const rivals = (['eager', 'fused', 'compile'] as const).map((mode): Rival => {
    return { name: `PyTorch ${mode}`, mode, process: torch };
  });
  const times = await stepTimes({
    model: training(model, file, adapters),
    named: { model: model.name, adapters },
    engine,
    rivals,
    rounds,
    losses,
  });
  if (times.rivals.length === 0) throw new Error(`No mode of PyTorch trains ${model.name}: ${times.failed.join('; ')}`);
  const all = [{ name: 'onnx', time: times.forge }, ...times.rivals];
  const shown = all.map(({ name, time }) => `${name} ${time.toFixed(0)}`).join(', ');
  const versions = Object.entries(torch.versions).map(([name, version]) => `${name} ${version}`);
  return {
    what: `${model.what}, ${adapters ? 'LoRA' : 'full'}, ${threads === 1 ? 'one thread' : `${threads} threads`}: speed-up of onnx over the fastest of PyTorch`,
    value: Math.min(...times.rivals.map(({ time }) => time)) / times.forge,
    unit: '×',
    bar: { relation: '>=', value: 1 },
    detail: [`ms a step: ${shown}; ${versions.join(', ')}`, ...times.failed].join('; '),
  };
}
