import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { instantiate } from '../kernel-module.js';
import { sharedMemory } from '../shared-memory.js';
import { createControl, Word } from './control.js';
import { shareWork } from './share-work.js';
import { chunkRunner, type Work, writeWork } from './work.js';

const pageSize = 65_536;

describe('a thread of a pool', () => {
  const memory = sharedMemory(pageSize);
  const functions = instantiate(memory);
  const control = createControl();
  let worker: Worker;

  before(async () => {
    worker = new Worker(new URL('worker.js', import.meta.url), {
      workerData: { memory, control: control.words.buffer },
    });
    await once(worker, 'message');
  });
  after(async () => {
    Atomics.store(control.words, Word.open, -1);
    Atomics.notify(control.words, Word.open);
    await once(worker, 'exit');
  });

  it('gives its error to the caller, and works on', () => {
    const work: Work = { name: 'accumulate', count: 8, chunkSize: 4, places: [0, pageSize], scalars: [] };
    const isDone = () => Atomics.load(control.words, Word.error) !== 0;
    writeWork(control.work, work, functions);
    const failing = () => shareWork(control, 1, 2, () => waitUntil(isDone));
    expect(failing).to.throw(Error, 'RuntimeError: memory access out of bounds');

    const [sums, ones] = [new Float32Array(memory.buffer, 0, 8), new Float32Array(memory.buffer, 64, 8).fill(1)];
    const next: Work = { ...work, places: [0, ones.byteOffset] };
    writeWork(control.work, next, functions);
    shareWork(control, 2, 2, chunkRunner(next, functions));
    expect([...sums]).to.deep.equal(Array(8).fill(1));
  });

  it('ends its chunk before the caller fails', () => {
    const work: Work = { name: 'accumulate', count: 8, chunkSize: 4, places: [0, 64], scalars: [] };
    writeWork(control.work, work, functions);
    // The thread knows of 2 chunks only, so the caller has one in any case.
    const failing = () =>
      shareWork(control, 3, 100, () => {
        throw new Error('of the caller');
      });
    expect(failing).to.throw('of the caller');
    expect(Atomics.load(control.words, Word.active)).to.equal(0);
  });
});

/** Blocks this thread, as a long chunk does. */
function waitUntil(isDone: () => boolean): number {
  const word = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; !isDone() && waited < 10_000; waited++) Atomics.wait(word, 0, 0, 1);
  return 0;
}
