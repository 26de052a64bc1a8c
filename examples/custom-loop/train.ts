import { resolve } from 'node:path';
import { type BatchDataset, Forge, flag, Pipeline } from '@forge-ml/core';

// A training script of one's own: it stops as soon as the model is good enough. Everything around the loop is Forge's.
const digits = resolve(import.meta.dirname, '../digits');
const experiment = await Forge.config({
  flags: { target: flag.float(0.95, 'Stop once this share of the validation digits is right.', { min: 0, max: 1 }) },
  defaults: {
    backend: 'tfjs',
    dataConfig: resolve(digits, 'data.ts'),
    modelConfig: resolve(digits, 'cnn.tfjs.ts'),
    runName: 'custom-loop',
    epochs: 10,
  },
});
const { target, epochs } = experiment.values;

const data = await Forge.loadData(experiment);
const built = await Forge.build(experiment, data);
const run = await Forge.initCheckpoint(experiment, built);
const { session } = built;

// For a new run all three are 0; after `--resume` they are where the run stood, and its parameters are back.
let { step } = run.from;
let { epoch, batch: used } = run.from.data;
let accuracy = 0;
try {
  while (epoch < (epochs ?? Number.POSITIVE_INFINITY) && accuracy < target) {
    for await (const batch of Pipeline.from(data.train).epoch(epoch, used)) {
      const stats = await session.step(batch, { step, metrics: true });
      step++;
      run.log({ step, epoch, split: 'train', values: stats });
    }
    accuracy = await accuracyOn(data.valid!);
    run.log({ step, epoch, split: 'valid', values: { accuracy } });
    epoch++;
    used = 0;
    await run.save({ step, data: { epoch, batch: used } });
    console.log(`epoch ${epoch}: ${(100 * accuracy).toFixed(1)} % right`);
  }
  await run.finish('completed');
  console.log(`Run: ${run.folder}`);
} catch (error) {
  await run.finish('failed', String(error));
  throw error;
} finally {
  await session.dispose();
}

async function accuracyOn(valid: BatchDataset): Promise<number> {
  let right = 0;
  let count = 0;
  for await (const batch of Pipeline.from(valid).epoch(0)) {
    const size = batch.labels.shape[0]!;
    right += size * (await session.evaluate(batch)).accuracy!;
    count += size;
  }
  return right / count;
}
