import { readdirSync } from 'node:fs';
import { adam, dense, meanSquaredError, type OnnxModel } from '@forge-ml/backend-onnx';
import { ForgeLibrary, tensor } from '@forge-ml/core';

/** Trains a tiny model on ONNX Runtime: `STEPS SAMPLES`. Prints the memory and the open files after each part of the steps. */
const [steps, samples] = process.argv.slice(2).map(Number) as [number, number];
/** Of each two calls, one trains a single step, and one several where the session can. */
const block = 16;

const { backends } = new ForgeLibrary();
const engine = await (await backends.load(await backends.find('onnx'))).start({ engine: 'cpu', searchFrom: [] });
const layer = dense(4, { name: 'tiny' });
const model: OnnxModel = {
  predict: ({ x }, context) => layer(x!, context),
  loss: ({ y }, outputs) => meanSquaredError(outputs, y!),
  optimizer: adam(1e-3),
};
const batch = { x: tensor(new Float32Array(8).fill(0.5), [2, 4]), y: tensor(new Float32Array(8), [2, 4]) };
const session = await engine.build({ load: () => model, sample: batch, seed: 0 });

let step = 0;
async function train(until: number): Promise<void> {
  while (step < until) {
    await session.step(batch, { step: step++, metrics: true });
    const several = Math.min(block, session.fused?.most ?? 0, until - step);
    if (several < 2) continue;
    await session.fused!.steps(new Array(several).fill(batch), { step, metrics: true });
    step += several;
  }
}

const measured: { readonly memory: number; readonly files: number }[] = [];
for (let sample = 1; sample <= samples; sample++) {
  await train(Math.round((steps * sample) / samples));
  global.gc?.();
  measured.push({ memory: process.memoryUsage.rss(), files: readdirSync('/proc/self/fd').length });
}
await session.dispose();
await engine.dispose();
process.stdout.write(JSON.stringify(measured));
