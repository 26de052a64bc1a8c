import type { MemoryEstimate, TrainSession } from '@forge-ml/core/plugin';
import { peakMemory } from '../../../test/dist/torture/peak-memory.js';
import { openEngine } from '../onnx/open-engine.js';
import { measuredModels } from './models.js';

/** `NAME BASE`: trains the model of that name: evaluates, makes steps, and a save in the background. Prints its memory in bytes. */
const [name, base] = process.argv.slice(2) as [keyof typeof measuredModels, string];
const { model, batch } = measuredModels[name];
const sample = batch();
const engine = await openEngine(2);
const idle = peakMemory();
let estimate: MemoryEstimate | undefined;
const onMemory = (given: MemoryEstimate) => {
  estimate = given;
};
const session: TrainSession = await engine.build({ load: () => model(base), sample, seed: 0, onMemory });
await session.evaluate(sample);
for (let step = 0; step < 3; step++) await session.step(sample, { step, metrics: true });
const saved = await session.captureAside!();
await session.step(sample, { step: 3, metrics: true });
saved.release?.();
const peak = peakMemory();
await session.dispose();
await engine.dispose();
process.stdout.write(`${JSON.stringify({ estimate, measured: peak - idle })}\n`);
