import { peakMemory } from '../../../test/dist/torture/peak-memory.js';
import { openRun } from '../open-run.js';

/** Trains the MLP of 9.5 million parameters: `FOLDER train|save`. Prints the peak memory before and after, in bytes. */
const [folder, action] = process.argv.slice(2) as [string, 'train' | 'save'];
const steps = 20;
let idle = 0;
const { run, step, position, close } = await openRun({
  folder,
  backend: 'onnx',
  engine: 'cpu',
  dataConfig: 'wide-mlp-data.ts',
  modelConfig: 'wide-mlp.onnx.ts',
  started: () => {
    idle = peakMemory();
  },
});
for (let done = 0; done < steps; done++) await step();
if (action === 'save') {
  let saving = true;
  await run.saveAsync(position(), () => {
    saving = false;
  });
  while (saving) await step();
}
// Before the end of the run, which saves nothing, but settles.
const peak = peakMemory();
await close();
process.stdout.write(JSON.stringify({ idle, peak }));
