import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@forge-ml/core/plugin';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';
import { type ComparedName, comparedModels } from './onnx/models.js';
import { openEngine } from './onnx/open-engine.js';
import { writeSafetensors } from './onnx/safetensors-file.js';
import { findTorch, startTorch } from './onnx/torch-process.js';
import { mean, rate, someBatches, Trainer } from './onnx/trainer.js';
import type { PythonProcess } from './python-process.js';

interface Comparison {
  readonly name: ComparedName;
  readonly what: string;
  readonly bar: number;
  readonly steps: number;
}

const comparisons: readonly Comparison[] = [
  { name: 'mlp', what: 'MLP 784-256-128-10', bar: 1.1, steps: 64 },
  { name: 'lenet', what: 'LeNet CNN', bar: 0.95, steps: 12 },
  { name: 'transformer', what: 'transformer block', bar: 1, steps: 12 },
  { name: 'largeMlp', what: 'MLP of 9.5 million parameters', bar: 0.85, steps: 6 },
];

async function compare({ name, what, bar, steps }: Comparison, engine: Engine, torch: PythonProcess): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  try {
    const batches = someBatches(comparedModels[name]);
    const paths = batches.map((batch, number) => {
      const path = join(folder, `batch-${number}.safetensors`);
      writeSafetensors(path, Object.entries(batch));
      return path;
    });
    const trainer = await Trainer.open(engine, comparedModels[name], batches);
    const weights = join(folder, 'weights.safetensors');
    writeSafetensors(weights, (await trainer.session.capture()).parameters);
    await torch.ask({ do: 'prepare', model: name, weights, batches: paths, rate });
    const samples = await interleave(10, {
      onnx: () => trainer.fused(steps),
      torch: async () => [mean((await torch.ask({ do: 'timed', model: name, steps })).intervals as number[])],
    });
    await trainer.session.dispose();
    const [onnx, reference] = [median(samples.onnx), median(samples.torch)];
    return {
      what: `${what}, speed-up of onnx over PyTorch`,
      value: reference / onnx,
      unit: '×',
      bar: { relation: '>=', value: bar },
      detail: `onnx ${onnx.toFixed(2)} ms a step, PyTorch ${torch.versions.torch} eager ${reference.toFixed(2)} ms`,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One thread each, Adam, the same weights and batches; PyTorch in another process. */
export const onnxTorch: Benchmark = {
  name: 'onnx-torch',
  async run() {
    const found = findTorch();
    if ('missing' in found) {
      process.stderr.write(`  Skipped onnx-torch. ${found.missing}\n`);
      return [];
    }
    const torch = await startTorch(found.python);
    const engine = await openEngine(1);
    const rows: Row[] = [];
    try {
      for (const comparison of comparisons) rows.push(await compare(comparison, engine, torch));
    } finally {
      torch.end();
      await engine.dispose();
    }
    return rows;
  },
};
