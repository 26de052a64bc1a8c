import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileCheckpointStore } from '../file-checkpoint-store.js';
import { best, everyNth, keepAll, keepAny, last } from './keep-policy.js';
import { Retention } from './retention.js';

const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };

describe('Retention', () => {
  let folder: string;
  let store: FileCheckpointStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-retention-'));
    store = new FileCheckpointStore(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const save = (step: number, loss = 1) =>
    store.save(
      {
        parameters: new Map(),
        optimizer: new Map(),
        step,
        data: { epoch: 0, batch: step },
        random: { algorithm: 'counter', seed: 1 },
      },
      { engine, metrics: { valid: { loss } } },
    );

  it('keeps what the policy selects while training continues', async () => {
    const retention = new Retention(
      store,
      keepAny(last(2), best({ split: 'valid', name: 'loss' }, 'min'), everyNth(30)),
    );
    for (const [step, loss] of [5, 1, 4, 3, 9, 7].entries()) {
      await save((step + 1) * 10, loss);
      await retention.apply((step + 1) * 10);
    }
    expect(await store.steps()).to.deep.equal([20, 30, 50, 60]);
  });

  it('ranks a step that was saved again by its new metrics', async () => {
    const retention = new Retention(store, best({ split: 'valid', name: 'loss' }, 'min'));
    await save(1, 3);
    expect(await retention.apply(1)).to.deep.equal([]);
    await save(1, 9);
    await retention.apply(1);
    await save(2, 5);
    await retention.apply(2);
    expect(await store.steps()).to.deep.equal([2]);
  });

  it('never removes the checkpoint just saved in favour of later steps from before a resume', async () => {
    for (const step of [80, 90, 100, 50]) await save(step);
    expect(await new Retention(store, last(1)).apply(50)).to.deep.equal([]);
    expect(await store.steps()).to.deep.equal([50, 80, 90, 100]);
  });

  it('neither removes nor counts a corrupt checkpoint', async () => {
    for (const step of [1, 2, 3, 4]) await save(step);
    await writeFile(join(folder, '3', 'checkpoint.json'), 'x');
    expect(await new Retention(store, last(2)).apply(4)).to.deep.equal([1]);
    expect(await store.steps()).to.deep.equal([2, 3, 4]);
  });

  it('removes nothing when all are kept', async () => {
    for (const step of [1, 2]) await save(step);
    expect(await new Retention(store, keepAll).apply(2)).to.deep.equal([]);
  });
});
