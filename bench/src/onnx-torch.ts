import { availableParallelism } from 'node:os';
import type { Engine } from '@forge-ml/core/plugin';
import type { Benchmark, Row } from './benchmark.js';
import { type ComparedName, comparedModels } from './onnx/models.js';
import { openEngine } from './onnx/open-engine.js';
import { type RivalMode, type Rivals, startRivals } from './onnx/rivals.js';
import { type StepTimes, stepTimes } from './onnx/step-times.js';

interface Comparison {
  readonly name: ComparedName;
  readonly what: string;
  /** The least speed-up over the fastest other library, by the number of threads. */
  readonly bars: Readonly<Record<number, number>>;
}

const comparisons: readonly Comparison[] = [
  { name: 'mlp', what: 'MLP 784-256-128-10', bars: { 1: 1.15, 2: 1.2 } },
  { name: 'lenet', what: 'LeNet CNN', bars: { 1: 1.3, 2: 1 } },
  { name: 'transformer', what: 'transformer block', bars: { 1: 1.1, 2: 1.2 } },
  { name: 'largeMlp', what: 'MLP of 9.5 million parameters', bars: { 1: 1.2, 2: 1.05 } },
];

const bert: Comparison = { name: 'bert', what: 'transformer of 12 layers × 768, 87 million parameters', bars: {} };

/** Against the fastest of PyTorch's three modes and JAX: the same weights and batches, Adam, one and two threads. */
export const onnxTorch: Benchmark = {
  name: 'onnx-torch',
  run: () => compareAll('onnx-torch', comparisons, ['eager', 'fused', 'compile', 'jit'], 10),
};

/** A model of BERT's size, where all the time goes into matrix products. Without PyTorch's slowest mode: each needs 1.5 GB. */
export const onnxBert: Benchmark = {
  name: 'onnx-bert',
  run: () => compareAll('onnx-bert', [bert], ['fused', 'compile', 'jit'], 3),
};

async function compareAll(
  name: string,
  compared: readonly Comparison[],
  modes: readonly RivalMode[],
  rounds: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const threads of [1, 2]) {
    if (threads > availableParallelism()) {
      process.stderr.write(`  Skipped ${name} on ${threads} threads: this machine has one core.\n`);
      continue;
    }
    const rivals = await startRivals(threads, modes);
    for (const reason of rivals.missing) process.stderr.write(`  Skipped in ${name}: ${reason}\n`);
    const engine = await openEngine(threads);
    try {
      if (rivals.all.length === 0) continue;
      for (const comparison of compared) rows.push(await compare(comparison, threads, engine, rivals, rounds));
    } finally {
      rivals.end();
      await engine.dispose();
    }
  }
  return rows;
}

async function compare(
  { name, what, bars }: Comparison,
  threads: number,
  engine: Engine,
  rivals: Rivals,
  rounds: number,
): Promise<Row> {
  const named = { model: name };
  const times = await stepTimes({ model: comparedModels[name], named, engine, rivals: rivals.all, rounds });
  const bar = bars[threads];
  return {
    what: `${what}, ${threads === 1 ? 'one thread' : `${threads} threads`}: speed-up of onnx over the fastest of PyTorch and JAX`,
    value: Math.min(...times.rivals.map(({ time }) => time)) / times.forge,
    unit: '×',
    ...(bar === undefined ? {} : { bar: { relation: '>=', value: bar } }),
    detail: detailOf(times, rivals),
  };
}

function detailOf({ forge, rivals, failed }: StepTimes, { versions, missing }: Rivals): string {
  const times = [{ name: 'onnx', time: forge }, ...rivals].map(({ name, time }) => `${name} ${time.toFixed(2)}`);
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const absent = missing.length === 0 ? [] : ['a library is not installed'];
  return [`ms a step: ${times.join(', ')}; ${libraries.join(', ')}`, ...absent, ...failed].join('; ');
}
