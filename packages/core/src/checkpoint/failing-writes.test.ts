import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../errors/forge-error.js';
import { FailingFiles, type Failure } from '../fs/failing-files.test.support.js';
import { elements, tensor } from '../tensor/tensor-data.js';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';
import { latestValid } from './latest-valid.js';

const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };

function save(store: FileCheckpointStore, step: number, value: number) {
  const w = tensor(new Float32Array(3_000).fill(value));
  const state = { parameters: new Map([['w', w]]), optimizer: new Map([['w/m', w]]) };
  const random = { algorithm: 'counter', seed: value };
  return store.save({ ...state, step, data: { epoch: 0, batch: step }, random }, { engine, metrics: {} });
}

/** Replaces a checkpoint, saves a new one, and removes one. @returns the errors, and which of the three succeeded */
async function work(store: FileCheckpointStore) {
  const done = { replaced: false, saved: false, removed: false };
  const errors: unknown[] = [];
  const attempt = async (what: keyof typeof done, action: () => Promise<unknown>) => {
    await action().then(
      () => {
        done[what] = true;
      },
      (error: unknown) => errors.push(error),
    );
  };
  await attempt('replaced', () => save(store, 2, 20));
  await attempt('saved', () => save(store, 3, 3));
  await attempt('removed', () => store.remove(1));
  return { done, errors };
}

describe('a disk that fails at any operation of saving and removing', () => {
  const folder = useTemporaryFolder();

  for (const failure of ['ENOSPC', 'EIO', 'short write'] as const satisfies readonly Failure[]) {
    for (const times of [1, Number.POSITIVE_INFINITY]) {
      it(`${failure}, ${times === 1 ? 'once' : 'from then on'}: reports the cause and loses no checkpoint`, async () => {
        let at = 1;
        let tried = 0;
        for (let more = true; more; at++) {
          const place = join(folder(), String(at));
          const plain = new FileCheckpointStore(place);
          await save(plain, 1, 1);
          await save(plain, 2, 2);
          const failing = new FailingFiles(failure, at, times);
          const { done, errors } = await work(new FileCheckpointStore(place, failing));
          more = failing.failed;
          tried++;
          const where = `at operation ${at}`;
          for (const error of errors) {
            expect(isForgeError(error) && error.code, where).to.equal('FILE_SYSTEM');
            expect(error, where)
              .to.have.property('message')
              .that.matches(/(disk is full|hardware error)\.$/);
          }
          if (failure === 'short write' && times === 1) expect(errors, where).to.deep.equal([]);

          // What the next process finds: each step is complete and holds values that were saved.
          const values = new Map<number, number>();
          for (const step of await plain.steps()) {
            const { state } = await plain.load(step);
            values.set(step, state.random.seed);
            for (const tensors of [state.parameters, state.optimizer]) {
              for (const value of tensors.values()) {
                expect([...new Set(elements({ ...value, dtype: 'float32' }))], where).to.deep.equal([
                  state.random.seed,
                ]);
              }
            }
          }
          if (!done.removed && values.has(1)) expect(values.get(1), where).to.equal(1);
          if (done.removed) expect(values.has(1), where).to.equal(false);
          expect(values.get(2), where).to.be.oneOf(done.replaced ? [20] : [2, 20]);
          if (done.saved) expect(values.get(3), where).to.equal(3);
          expect((await latestValid(plain, 'the run')).skipped, where).to.deep.equal([]);

          // Once the disk works again, saving succeeds and removes leftovers.
          await save(plain, 4, 4);
          const names = await readdir(place);
          expect(
            names.filter((name) => !/^\d+$/.test(name)),
            where,
          ).to.deep.equal([]);
        }
        expect(tried).to.be.greaterThan(25);
      }).timeout(120_000);
    }
  }
});
