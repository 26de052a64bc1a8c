import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SessionState, TrainSession } from '../backend/backend.js';
import { keepAll } from '../checkpoint/policies/keep-policy.js';
import { Retention } from '../checkpoint/policies/retention.js';
import type { CheckpointDetails, CheckpointStore } from '../checkpoint/store/checkpoint-store.js';
import type { TrainState, TransferredState } from '../checkpoint/store/train-state.js';
import { ForgeError } from '../errors/forge-error.js';
import { writeJson } from '../json/write-json.js';
import { tensor } from '../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { readRunRecord } from './record/read-run-record.js';
import type { RunRecord } from './record/run-record.js';
import { Run } from './run.js';

const engine = { backend: 'toy', engine: 'plain', device: 'cpu', versions: {}, settings: {}, warnings: [] };
const record: RunRecord = {
  formatVersion: 2,
  experiment: 'mnist',
  number: 1,
  status: 'running',
  created: '2030-01-01T00:00:00.000Z',
  ended: null,
  reason: null,
  command: [],
  directory: '/project',
  process: { host: 'here', pid: 1, startTime: 1 },
  host: {},
  versions: {},
  backend: { name: 'toy', package: 'toy-plugin', version: '1.0.0' },
  engine,
  git: null,
  batch: {},
  step: 0,
  epoch: 0,
  metrics: {},
  resumes: [],
  directions: {},
  code: 'stored',
  sweep: null,
};

const full = () => new ForgeError('FILE_SYSTEM', 'Cannot save: the disk is full.');
const positionAt = (step: number) => ({ step, data: { epoch: 0, batch: step } });

/** A session whose only state is its step. */
class Counter {
  step = 0;
  readonly reused: boolean[] = [];

  capture(memory?: SessionState): SessionState {
    this.reused.push(memory !== undefined);
    return { parameters: new Map([['step', tensor(Uint8Array.of(this.step))]]), optimizer: new Map() };
  }
}

/** A store that finishes a save when `end` is called. */
class SlowStore implements Partial<CheckpointStore> {
  readonly events: string[] = [];
  readonly requests = new EventTarget();
  readonly metrics: CheckpointDetails['metrics'][] = [];
  private pending: { resolve(path: string): void; reject(error: Error): void }[] = [];

  saveAsync({ state }: TransferredState, details: CheckpointDetails): Promise<string> {
    return this.save(state, details);
  }

  save({ step, parameters }: TrainState, { metrics }: CheckpointDetails): Promise<string> {
    this.events.push(`begin ${step}: ${parameters.get('step')!.bytes[0]}`);
    this.metrics.push(metrics);
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve, reject });
      this.requests.dispatchEvent(new Event('save'));
    });
  }

  /** Finishes the current save, with or without an error; waits for a save if there is none. */
  async end(error?: Error): Promise<void> {
    if (this.pending.length === 0) await once(this.requests, 'save');
    const { resolve, reject } = this.pending.shift()!;
    if (error === undefined) resolve('path');
    else reject(error);
  }

  async steps() {
    return [];
  }

  async close() {
    this.events.push('close');
  }
}

describe('a run', () => {
  const folder = useTemporaryFolder();
  let store: SlowStore;
  let session: Counter;
  let warnings: string[];
  let run: Run;
  beforeEach(() => {
    store = new SlowStore();
    session = new Counter();
    warnings = [];
    run = open(session);
  });

  function open(on: object): Run {
    return new Run({
      folder: { path: folder(), experiment: 'mnist', number: 1 },
      record,
      session: on as TrainSession,
      engine,
      seed: 1,
      state: {},
      checkpoints: store as Partial<CheckpointStore> as CheckpointStore,
      retention: new Retention(store as Partial<CheckpointStore> as CheckpointStore, keepAll),
      metrics: {
        write() {},
        flush: () => void store.events.push('flush'),
        close: () => void store.events.push('metrics closed'),
      },
      hooks: {},
      declared: {},
      warn: (message) => void warnings.push(message),
      retryDelays: [1, 1],
      from: positionAt(0),
    });
  }
  const saved = (step: number) => () => void store.events.push(`saved ${step}`);

  it('continues as soon as the state is captured, and reports a checkpoint once it is on disk', async () => {
    session.step = 3;
    run.log({ step: 3, epoch: 0, split: 'train', values: { loss: 1 } });
    await run.saveAsync(positionAt(3), saved(3));
    session.step = 4;
    run.log({ step: 4, epoch: 0, split: 'train', values: { loss: 2 } });
    expect(run.saving).to.equal(true);
    await store.end();
    await run.settle();
    expect(store.events).to.deep.equal(['flush', 'begin 3: 3', 'saved 3']);
    expect(store.metrics).to.deep.equal([{ train: { loss: 1 } }]);
    expect([run.saving, (await readRunRecord(folder())).step]).to.deep.equal([false, 3]);
  });

  it('keeps the numbers that were logged, whatever the caller does with its object later', () => {
    const values = { loss: 1 };
    run.log({ step: 1, epoch: 0, split: 'train', values });
    values.loss = 2;
    expect(run.metrics).to.deep.equal({ train: { loss: 1 } });
  });

  it('saves one checkpoint at a time: the next one waits, and has the state of its own step', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    session.step = 2;
    const next = run.saveAsync(positionAt(2), saved(2));
    await store.end();
    await next;
    await store.end();
    await run.settle();
    expect(store.events.filter((event) => event !== 'flush')).to.deep.equal([
      'begin 1: 0',
      'saved 1',
      'begin 2: 2',
      'saved 2',
    ]);
    expect(session.reused).to.deep.equal([false, true]);
  });

  it('gives the memory of earlier saves to later ones, whether they are in the background or not', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    await store.end();
    await run.settle();
    for (const step of [2, 3]) {
      const save = run.save(positionAt(step));
      await store.end();
      await save;
    }
    await run.saveAsync(positionAt(4), saved(4));
    await store.end();
    await run.settle();
    expect(session.reused).to.deep.equal([false, true, true, true]);
  });

  it('waits for a running save when it ends, and then closes its files', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    const end = run.finish('stopped', 'SIGINT');
    await store.end();
    await end;
    expect(store.events).to.deep.equal(['flush', 'begin 1: 0', 'saved 1', 'close', 'metrics closed']);
  });

  it('warns immediately of a failed save, and retries', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    await store.end(full());
    await store.end();
    await run.settle();
    expect(warnings).to.deep.equal(['Cannot save: the disk is full. Retrying in 0.001 s.']);
    expect(store.events).to.deep.equal(['flush', 'begin 1: 0', 'flush', 'begin 1: 0', 'saved 1']);
  });

  it('fails with the cause after the last attempt: at the next step, at the next save, and in settle', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    run.checkSaves();
    for (let tries = 0; tries < 3; tries++) await store.end(full());
    expect(await failureOf(() => run.settle())).to.have.property('message', 'Cannot save: the disk is full.');
    expect((await failureOf(() => run.checkSaves())).code).to.equal('FILE_SYSTEM');
    expect((await failureOf(() => run.saveAsync(positionAt(2)))).code).to.equal('FILE_SYSTEM');
    expect(store.events).to.not.include('saved 1');
    expect(warnings).to.have.length(2);
  });

  it('does not retry after another process has taken the run over', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    await writeJson(join(folder(), 'run.json'), { ...record, process: { host: 'there', pid: 2, startTime: 2 } });
    await store.end(full());
    expect(await failureOf(() => run.settle())).to.have.property('code', 'RUN_LOCKED');
    expect(store.events).to.deep.equal(['flush', 'begin 1: 0']);
  });

  it('ends as failed if its last save failed, whatever status was requested', async () => {
    await run.saveAsync(positionAt(1), saved(1));
    for (let tries = 0; tries < 3; tries++) await store.end(full());
    expect((await failureOf(() => run.finish('completed'))).code).to.equal('FILE_SYSTEM');
    const { status, reason } = await readRunRecord(folder());
    expect([status, reason]).to.deep.equal(['failed', 'Cannot save: the disk is full.']);
    expect(store.events).to.include('metrics closed');
  });

  it('waits until save is done, unlike saveAsync', async () => {
    const path = run.save(positionAt(1)).then(saved(1));
    await store.end(full());
    await store.end();
    await path;
    expect(store.events).to.deep.equal(['flush', 'begin 1: 0', 'flush', 'begin 1: 0', 'saved 1']);
  });

  it('gives a lent state back once it is on disk, or cannot be saved, and saves nothing else of it', async () => {
    const release = () => void store.events.push('release');
    const lending = { captureAside: async () => ({ ...new Counter().capture(), release }) };
    const other = open(lending);
    await other.saveAsync(positionAt(1), saved(1));
    await store.end(full());
    await store.end();
    await other.settle();
    expect(store.events).to.deep.equal(['flush', 'begin 1: 0', 'flush', 'begin 1: 0', 'release', 'saved 1']);
    store.events.length = 0;
    await other.saveAsync(positionAt(2), saved(2));
    for (let tries = 0; tries < 3; tries++) await store.end(full());
    expect((await failureOf(() => other.settle())).code).to.equal('FILE_SYSTEM');
    expect(store.events.at(-1)).to.equal('release');
  });

  it('does not wait for a state that is captured asynchronously', async () => {
    let finishCapture = (_: SessionState) => {};
    const session = {
      captureAside: () => new Promise<SessionState>((resolve) => (finishCapture = resolve)),
      capture: () => expect.fail('it was copied'),
    };
    const other = open(session);
    await other.saveAsync(positionAt(1), saved(1));
    expect(store.events).to.deep.equal([]);
    finishCapture(new Counter().capture());
    await store.end();
    await other.finish('completed');
    expect(store.events).to.include('saved 1');
  });
});
