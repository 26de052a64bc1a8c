import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Row } from './benchmark.js';
import { type FineTunedTask, fineTune, fineTunedTasks } from './onnx/fine-tuned-tasks.js';
import { openEngine } from './onnx/open-engine.js';
import { mean } from './onnx/trainer.js';
import { findPython, PythonProcess } from './python-process.js';
import { wilcoxonGreater } from './statistics.js';

const seeds = [0, 1, 2, 3, 4];
const alpha = 0.05;
const script = fileURLToPath(new URL('../python/finetune_side.py', import.meta.url));

/**
 * The metric on validation data after fine-tuning a file, beside PyTorch on the same weights, with the same batches,
 * optimizer and number of steps; the seeds draw the order of the examples and the new weights. Fine-tuning here may not
 * be worse, by a paired test.
 */
export const fineTuningMetric: Benchmark = {
  name: 'fine-tuning-metric',
  async run() {
    const found = findPython('FORGE_TORCH_PYTHON', ['torch', 'onnx', 'safetensors.numpy']);
    if ('missing' in found) {
      process.stderr.write(`  Skipped fine-tuning-metric: ${found.missing}\n`);
      return [];
    }
    const folder = await mkdtemp(join(tmpdir(), 'forge-fine-tuning-'));
    const torch = await PythonProcess.start(found.python, script, [folder, String(seeds.length)]);
    const engine = await openEngine(1);
    try {
      const rows: Row[] = [];
      for (const task of fineTunedTasks) {
        const [ours, theirs]: [number[], number[]] = [[], []];
        for (const seed of seeds) {
          ours.push(await fineTune(engine, folder, task, seed));
          theirs.push(Number((await torch.ask({ task: task.name, seed })).metric));
        }
        rows.push(...compared(task, ours, theirs, `PyTorch ${String(torch.versions.torch)}`));
      }
      return rows;
    } finally {
      torch.end();
      await engine.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function compared({ what, metric }: FineTunedTask, ours: number[], theirs: number[], torch: string): readonly Row[] {
  const shown = (values: readonly number[]) => values.map((value) => value.toFixed(3)).join(' ');
  const lost = ours.map((value, seed) => theirs[seed]! - value);
  return [
    {
      what: `${what}: mean ${metric} minus that of ${torch}`,
      value: -mean(lost),
      unit: '',
      detail: `by seed: Forge ${shown(ours)}; PyTorch ${shown(theirs)}`,
    },
    {
      what: `${what}: p-value of a lower ${metric} than ${torch}`,
      value: wilcoxonGreater(lost),
      unit: '(Wilcoxon, paired)',
      bar: { relation: '>=', value: alpha },
      detail: `mean of ${seeds.length} seeds: Forge ${mean(ours).toFixed(4)}, PyTorch ${mean(theirs).toFixed(4)}`,
    },
  ];
}
