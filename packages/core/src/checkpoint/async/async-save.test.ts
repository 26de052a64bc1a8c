import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { elements, tensor } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { FileCheckpointStore } from '../file-checkpoint-store.js';
import type { CheckpointDetails } from '../store/checkpoint-store.js';
import type { TrainState } from '../store/train-state.js';

const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };
const details: CheckpointDetails = {
  engine,
  metrics: { valid: { loss: Number.NaN } },
  files: ({ name, places }) => new Map([['model.graph', Buffer.from(`${name} ${places.get('w')?.length}`)]]),
};

/** @param elements of each tensor: 2 million are 16 MB in all, enough to be saved on a thread. */
const stateAt = (step: number, elements: number): TrainState => ({
  parameters: new Map([['w', tensor(new Float32Array(elements).fill(step), [elements])]]),
  optimizer: new Map([['w/m', tensor(new Float32Array(elements).fill(-step), [elements])]]),
  step,
  data: { epoch: 1, batch: 2 },
  random: { algorithm: 'counter', seed: 3 },
});

describe('FileCheckpointStore.saveAsync', () => {
  const folder = useTemporaryFolder();
  let store: FileCheckpointStore;
  beforeEach(() => {
    store = new FileCheckpointStore(join(folder(), 'checkpoints'));
  });
  afterEach(() => store.close());

  for (const [what, size] of [
    ['a small state', 10],
    ['a large state', 2_000_000],
  ] as const) {
    it(`writes ${what} bit for bit as save does`, async () => {
      const other = new FileCheckpointStore(join(folder(), 'other'));
      const path = await store.saveAsync({ state: stateAt(7, size) }, details);
      const expected = await other.save(stateAt(7, size), details);
      expect(await readdir(path)).to.deep.equal(await readdir(expected));
      for (const name of ['parameters.safetensors', 'state.safetensors', 'model.graph'])
        expect((await readFile(join(path, name))).equals(await readFile(join(expected, name))), name).to.equal(true);
      const { time: _, ...info } = await store.info(7);
      const { time: __, ...expectedInfo } = await other.info(7);
      expect(info).to.deep.equal(expectedInfo);
    });

    it(`returns the memory of ${what} for reuse`, async () => {
      const given = { state: stateAt(1, size) };
      await store.saveAsync(given, details);
      const again = given.state.parameters.get('w')!;
      expect(again.bytes).to.have.length(4 * size);
      (elements(again) as Float32Array).fill(2);
      given.state = { ...given.state, step: 2 };
      await store.saveAsync(given, details);
      const { state } = await store.load(2);
      const values = elements(state.parameters.get('w')!) as Float32Array;
      expect(values.every((value) => value === 2)).to.equal(true);
    });

    it(`reports why it could not save ${what}, and can be called again`, async () => {
      await writeFile(store.folder, 'in the way');
      const given = { state: stateAt(5, size) };
      expect(await failureOf(() => store.saveAsync(given, details))).to.include({
        code: 'FILE_SYSTEM',
        about: store.folder,
        hint: 'Choose another name, or move it away.',
      });
      await rm(store.folder);
      await mkdir(store.folder);
      await store.saveAsync(given, details);
      expect((await store.load(5)).state.optimizer.get('w/m')!.bytes).to.have.length(4 * size);
    });

    it(`refuses ${what} with a NaN`, async () => {
      const bad = stateAt(5, size);
      (elements(bad.optimizer.get('w/m')!) as Float32Array)[3] = Number.NaN;
      const error = await failureOf(() => store.saveAsync({ state: bad }, details));
      expect(error).to.include({ code: 'LOSS_NOT_FINITE', about: 'w/m' });
      expect(await store.steps()).to.deep.equal([]);
    });
  }

  it('copies tensors that share their memory, which its owner keeps', async () => {
    const shared = new Float32Array(4_000_000).fill(3);
    const halves = [shared.subarray(0, 2_000_000), shared.subarray(2_000_000)].map((half) => tensor(half));
    const state = {
      ...stateAt(1, 1),
      parameters: new Map([
        ['a', halves[0]!],
        ['b', halves[1]!],
      ]),
    };
    await store.saveAsync({ state }, { engine, metrics: {} });
    expect(shared).to.have.length(4_000_000);
    expect((await store.load(1)).state.parameters.get('b')!.bytes).to.have.length(8_000_000);
  });

  it('reads shared memory where it is, also on the thread', async () => {
    const memory = new SharedArrayBuffer(16_000_000);
    const halves = [new Float32Array(memory, 0, 2_000_000).fill(3), new Float32Array(memory, 8_000_000).fill(4)];
    const state = {
      ...stateAt(1, 1),
      parameters: new Map([['w', tensor(halves[0]!)]]),
      optimizer: new Map([['w/m', tensor(halves[1]!)]]),
    };
    const given = { state };
    await store.saveAsync(given, details);
    const loaded = (await store.load(1)).state;
    for (const [tensors, value] of [
      [loaded.parameters, 3],
      [loaded.optimizer, 4],
    ] as const) {
      for (const each of tensors.values()) {
        expect((elements(each) as Float32Array).every((element) => element === value)).to.equal(true);
      }
    }
    halves[0]!.fill(5);
    expect(elements(given.state.parameters.get('w')!)[0], 'it was copied').to.equal(5);
  });

  it('does not block the event loop, and keeps the process alive until it is done', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const saving = store.saveAsync({ state: stateAt(1, 8_000_000) }, details);
    await new Promise(setImmediate);
    expect(store.savesOnThread).to.equal(true);
    await saving;
    expect(store.savesOnThread).to.equal(false);
    clearInterval(timer);
    expect(turns).to.be.greaterThan(3);
    expect(await store.steps()).to.deep.equal([1]);
  });
});
