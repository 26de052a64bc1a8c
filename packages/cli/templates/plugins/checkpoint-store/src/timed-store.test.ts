import { deepStrictEqual, match } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileCheckpointStore } from '@forge-ml/core/node';
import { type TrainState, tensor } from '@forge-ml/core/plugin';
import { TimedStore } from './timed-store.js';

const engine = { backend: 'b', engine: 'e', device: 'cpu', versions: {}, settings: {}, warnings: [] };
const state: TrainState = {
  parameters: new Map([['w', tensor(new Float32Array([1, 2]))]]),
  optimizer: new Map(),
  step: 7,
  data: { epoch: 0, batch: 7 },
  random: { algorithm: 'counter', seed: 1 },
};

describe('TimedStore', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'store-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('warns of a slow save', async () => {
    const warnings: string[] = [];
    const within = async (seconds: number) => {
      const files = new FileCheckpointStore(join(folder, 'checkpoints'));
      await new TimedStore(files, seconds, (message) => warnings.push(message)).save(state, { engine, metrics: {} });
    };
    await within(60);
    deepStrictEqual(warnings, []);
    await within(0);
    match(warnings[0]!, /^Saving checkpoint 7 took \d+\.\d s\.$/);
  });
});
