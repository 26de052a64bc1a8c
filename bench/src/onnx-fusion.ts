import { type Benchmark, interleave, median } from './benchmark.js';
import { comparedModels } from './onnx/models.js';
import { openEngine } from './onnx/open-engine.js';
import { someBatches, Trainer } from './onnx/trainer.js';

const blocks = 3;
const blockSteps = 16;

/** @throws if any bit of the losses or of the state differs */
async function requireSameBits(one: Trainer, other: Trainer): Promise<void> {
  const single: unknown[] = [];
  const fused: unknown[] = [];
  for (let block = 0; block < blocks; block++) {
    for (let step = 0; step < blockSteps; step++) single.push(await one.one());
    fused.push(...(await other.block(blockSteps)));
  }
  if (JSON.stringify(single) !== JSON.stringify(fused)) throw new Error('Fused steps report different losses.');
  const [a, b] = [await one.session.capture(), await other.session.capture()];
  for (const part of ['parameters', 'optimizer'] as const) {
    for (const [name, { bytes }] of a[part]) {
      if (Buffer.compare(bytes, b[part].get(name)!.bytes) !== 0)
        throw new Error(`Fused steps give a different ${name}.`);
    }
  }
}

export const onnxFusion: Benchmark = {
  name: 'onnx-fusion',
  async run() {
    const { mlp } = comparedModels;
    const engine = await openEngine(1);
    const batches = someBatches(mlp);
    const one = await Trainer.open(engine, mlp, batches);
    const other = await Trainer.open(engine, mlp, batches);
    await requireSameBits(one, other);
    const samples = await interleave(16, { single: () => one.single(64), fused: () => other.fused(64) });
    await engine.dispose();
    const [single, fused] = [median(samples.single), median(samples.fused)];
    return [
      {
        what: 'MLP, fused steps are faster than single ones, with the same bits',
        value: single / fused,
        unit: '×',
        bar: { relation: '>=', value: 1 },
        detail: `fused ${fused.toFixed(2)} ms a step, single ${single.toFixed(2)} ms`,
      },
    ];
  },
};
