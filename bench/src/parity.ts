import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adam, type Optimizer } from '@forge-ml/backend-onnx';
import { elements } from '@forge-ml/core';
import type { Batch, Engine, NamedTensors, TrainSession } from '@forge-ml/core/plugin';
import { type ComparedName, comparedModels } from './onnx/models.js';
import { openEngine } from './onnx/open-engine.js';
import { findTorch, startTorch } from './onnx/python-libraries.js';
import { readSafetensors, writeSafetensors } from './onnx/safetensors-file.js';
import type { PythonProcess } from './python-process.js';

/**
 * `npm run parity`: checks that the onnx backend and PyTorch agree on gradients, and on the losses of 50 Adam steps.
 * With ReLU and max-pooling a rounding error can flip a gradient, so that two correct float32 programs differ by more than
 * the bar. Therefore these models are also trained with smooth functions, and the effect of float32 alone is measured: the
 * difference between PyTorch's own losses in float32 and in float64.
 */
const names: readonly ComparedName[] = ['mlp', 'lenet', 'smoothLenet', 'resnet', 'smoothResnet', 'transformer', 'lstm'];
const [steps, blockSteps, batchCount, rate] = [50, 10, 5, 1e-3];
const bars = { gradients: 1e-5, losses: 1e-4, chaos: 2 };

/** An optimizer that updates nothing and stores the gradients in its slots. */
const keepGradients: Optimizer = {
  name: 'keep-gradients',
  rate: () => 0,
  slots: { gradient: 0 },
  update: ({ parameter, gradient }) => ({ parameter, slots: { gradient } }),
};

const found = findTorch();
if ('missing' in found) {
  process.stdout.write(`Skipped parity. ${found.missing}\n`);
} else {
  process.exitCode = (await compareAll(found.python)) ? 0 : 1;
}

async function compareAll(python: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-parity-'));
  const torch = await startTorch(python, 1);
  const engine = await openEngine(1);
  process.stdout.write(`PyTorch ${torch.versions.torch}, ONNX Runtime ${engine.info.versions['onnxruntime-node']}\n`);
  process.stdout.write(`${row(['model', 'gradients', 'worst tensor', 'losses', 'float32 error', ''])}\n`);
  try {
    let all = true;
    for (const name of names) {
      const { gradient, worst, loss, rounding } = await compare(name, engine, torch, folder);
      const holds = gradient <= bars.gradients && loss <= Math.max(bars.losses, bars.chaos * rounding);
      const [one, two, three] = [gradient, loss, rounding].map((value) => value.toExponential(1));
      process.stdout.write(`${row([name, one!, worst, two!, three!, holds ? 'holds' : 'MISSED'])}\n`);
      all &&= holds;
    }
    process.stdout.write(
      `Relative; bars: gradients ${bars.gradients}, losses ${bars.losses} or twice the float32 error of PyTorch, whichever is larger.\n`,
    );
    return all;
  } finally {
    torch.end();
    await engine.dispose();
    rmSync(folder, { recursive: true });
  }
}

async function compare(name: ComparedName, engine: Engine, torch: PythonProcess, folder: string) {
  const { model, batch } = comparedModels[name];
  const batches = Array.from({ length: batchCount }, (_, number) => batch(number));
  const paths = batches.map((_, number) => join(folder, `batch-${number}.safetensors`));
  for (const [at, one] of batches.entries()) writeSafetensors(paths[at]!, Object.entries(one));
  const build = (optimizer: Optimizer) => engine.build({ load: () => model(optimizer), sample: batches[0]!, seed: 0 });

  const still = await build(keepGradients);
  const { parameters } = await still.capture();
  const weights = join(folder, 'weights.safetensors');
  writeSafetensors(weights, parameters);
  await still.step(batches[0]!, { step: 0, metrics: true });
  const ours = (await still.capture()).optimizer;
  await still.dispose();
  const out = join(folder, 'gradients.safetensors');
  const request = { model: name, weights, batches: paths, rate };
  await torch.ask({ do: 'gradients', ...request, out });
  const { gradient, worst } = worstGradient(ours, readSafetensors(out));

  const session = await build(adam(rate, { epsilon: 1e-8 }));
  const mine = await lossesOf(session, batches);
  await session.dispose();
  const theirs = (double: boolean) => torch.ask({ do: 'losses', ...request, steps, double });
  const { losses } = (await theirs(false)) as { losses: readonly number[] };
  const { losses: exact } = (await theirs(true)) as { losses: readonly number[] };
  return { gradient, worst, loss: furthest(mine, losses), rounding: furthest(losses, exact) };
}

/** The greatest |value - reference| / |reference|. */
function furthest(values: readonly number[], reference: readonly number[]): number {
  return Math.max(...values.map((value, at) => Math.abs(value - reference[at]!) / Math.abs(reference[at]!)));
}

/** The losses of fused blocks of steps, as in a run. */
async function lossesOf(session: TrainSession, batches: readonly Batch[]): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step += blockSteps) {
    const block = Array.from({ length: blockSteps }, (_, at) => batches[(step + at) % batches.length]!);
    const numbers = await session.fused!.steps(block, { step, metrics: true });
    losses.push(...numbers.map(({ loss }) => loss!));
  }
  return losses;
}

/** The greatest max |a - b| / max |b| of all tensors, and the name of that tensor. */
function worstGradient(ours: NamedTensors, theirs: ReadonlyMap<string, Float32Array>) {
  let [gradient, worst] = [0, ''];
  for (const [name, b] of theirs) {
    const a = elements(ours.get(`${name}/gradient`)!) as Float32Array;
    const difference = b.reduce((most, value, at) => Math.max(most, Math.abs(value - a[at]!)), 0);
    const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!(difference / scale <= gradient)) [gradient, worst] = [difference / scale, name];
  }
  return { gradient, worst };
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, at) => cell.padEnd(at === 2 ? 26 : 13))
    .join('')
    .trimEnd();
}
