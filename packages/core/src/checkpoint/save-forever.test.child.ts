import { tensor } from '../tensor/tensor-data.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';
import { last } from './policies/keep-policy.js';
import { Retention } from './policies/retention.js';

/** Saves forever, each step twice, keeping the last three; prints the step after each save. For the kill test. */
const store = new FileCheckpointStore(process.argv[2]!);
const retention = new Retention(store, last(3));
const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };
for (let step = Math.max(0, ...(await store.steps())) + 1; ; step++) {
  for (const loss of [1, 2]) {
    const w = tensor(new Float64Array(50_000).fill(step));
    const state = {
      parameters: new Map([['w', w]]),
      optimizer: new Map([['w/m', w]]),
      step,
      data: { epoch: 0, batch: step },
      random: { algorithm: 'counter', seed: step },
    };
    await store.save(state, { engine, metrics: { train: { loss } } });
    process.stdout.write(`${step}\n`);
  }
  await retention.apply(step);
}
