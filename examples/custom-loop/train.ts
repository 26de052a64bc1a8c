import { resolve } from 'node:path';
import { Forge, flag } from '@forge-ml/core';

// A training loop of your own: it stops as soon as the model is good enough.
const digits = resolve(import.meta.dirname, '../digits');
await using prepared = await Forge.config({
  flags: { target: flag.float(0.95, 'Stop at this accuracy on the validation data.', { min: 0, max: 1 }) },
  defaults: {
    backend: 'tfjs',
    dataConfig: resolve(digits, 'data.ts'),
    modelConfig: resolve(digits, 'cnn.tfjs.ts'),
    runName: 'custom-loop',
    epochs: 10,
  },
});
const { target } = prepared.values;

const data = await Forge.loadData(prepared);
await using built = await Forge.build(prepared, data);
const run = await Forge.initCheckpoint(prepared, built);
const { session } = built;

// Reports, evaluations, checkpoints, Ctrl-C and the position in the data are Forge's; the step is yours.
for await (const { batch, step, epoch } of run.steps(data.train, { valid: data.valid })) {
  const { accuracy = 0 } = run.metrics.valid ?? {};
  if (accuracy >= target) {
    await run.finish('completed', `reached an accuracy of ${accuracy} in epoch ${epoch}`);
    break;
  }
  run.log(await session.step(batch, { step, metrics: true }));
}
console.log(
  `${run.id} ${run.status}: ${(100 * (run.metrics.valid?.accuracy ?? 0)).toFixed(1)} % right, in ${run.folder}`,
);
