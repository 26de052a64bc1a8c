import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckpointDetails, type TrainState, tensor } from '@forge-ml/core/plugin';
import { flipByte } from './flip-byte.test.support.js';
import { mirrorOfRun } from './mirror-of-run.js';
import { mirrorOf, open } from './open.test.support.js';

const engine = { backend: 'b', engine: 'e', device: 'cpu', versions: {}, settings: {}, warnings: [] };
const files = () => new Map([['model.graph', Buffer.from('a graph')]]);
const details: CheckpointDetails = { engine, metrics: {}, files };

const stateOf = (step: number): TrainState => ({
  parameters: new Map([['w', tensor(new Float32Array([step, 2]))]]),
  optimizer: new Map([['w/m', tensor(new Float32Array([3, step]))]]),
  step,
  data: { epoch: 0, batch: step },
  random: { algorithm: 'counter', seed: 1 },
});

describe('the mirror', () => {
  let run: string;
  const folder = () => join(run, 'checkpoints');
  const mirror = (...path: string[]) => join(mirrorOf(folder()), ...path);
  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), 'mirror-'));
  });
  afterEach(() => rm(run, { recursive: true }));

  it('is a copy of each checkpoint that was saved, file by file', async () => {
    const store = open(folder());
    await store.save(stateOf(1), details);
    await store.saveAsync({ state: stateOf(2) }, details);
    for (const step of ['1', '2']) {
      const names = await readdir(mirror(step));
      deepStrictEqual(names, await readdir(join(folder(), step)));
      ok(names.includes('model.graph'));
      for (const name of names)
        deepStrictEqual(await readFile(mirror(step, name)), await readFile(join(folder(), step, name)));
    }
    deepStrictEqual(await readdir(mirror()), ['1', '2']);
    await store.remove(1);
    deepStrictEqual(await readdir(mirror()), ['2']);
  });

  it('is loaded where a checkpoint is missing or corrupt, with a warning that says why', async () => {
    for (const step of [1, 2, 3]) await open(folder()).save(stateOf(step), details);
    await rm(join(folder(), '2'), { recursive: true });
    await flipByte(folder(), 3);
    const warnings: string[] = [];
    const store = open(folder(), (message) => warnings.push(message));
    deepStrictEqual(await store.steps(), [1, 2, 3]);
    for (const step of [1, 2, 3]) {
      deepStrictEqual((await store.load(step)).state, stateOf(step));
      await store.check(step);
      strictEqual((await store.info(step)).step, step);
    }
    strictEqual(warnings.length, 2);
    ok(warnings[0]!.startsWith(`Checkpoint 2 is loaded from ${mirror()}: There is no checkpoint of step 2`));
    ok(warnings[1]!.includes('state.safetensors is corrupt'));
  });

  it('reports what is wrong with the run’s own where neither loads', async () => {
    const store = open(folder());
    for (const step of [1, 2]) await store.save(stateOf(step), details);
    await rm(mirror('1'), { recursive: true });
    await flipByte(folder(), 1);
    await rejects(store.load(1), { code: 'CHECKPOINT_CORRUPT', about: join(folder(), '1', 'state.safetensors') });
    await rm(join(folder(), '2'), { recursive: true });
    await flipByte(mirror(), 2);
    await rejects(store.load(2), { code: 'CHECKPOINT_CORRUPT', about: mirror('2', 'state.safetensors') });
  });

  it('gets with the next save what a process that was killed did not copy, and loses what it copied half', async () => {
    for (const step of [1, 2]) await open(folder()).save(stateOf(step), details);
    await cp(mirror('1'), mirror('.passing-half'), { recursive: true });
    await rm(mirror('1'), { recursive: true });
    await writeFile(mirror('2', 'checkpoint.json'), 'of an older save');
    await open(folder()).save(stateOf(3), details);
    deepStrictEqual(await readdir(mirror()), ['1', '2', '3']);
    await rm(folder(), { recursive: true });
    for (const step of [1, 2, 3]) deepStrictEqual((await open(folder()).load(step)).state, stateOf(step));
  });

  it('is not replaced by a checkpoint that is corrupt', async () => {
    await open(folder()).save(stateOf(1), details);
    await writeFile(join(folder(), '1', 'checkpoint.json'), 'damaged');
    const store = open(folder());
    await store.save(stateOf(2), details);
    deepStrictEqual((await store.load(1)).state, stateOf(1));
  });

  it('does not count a checkpoint as saved that could not be copied', async () => {
    await writeFile(mirror(), 'in the way');
    await rejects(open(folder()).save(stateOf(1), details), { code: 'EEXIST' });
  });
});

describe('mirrorOfRun', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mirror-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function runOf(created: string): Promise<string> {
    const folder = join(root, 'results', 'mnist', '1');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'run.json'), JSON.stringify({ experiment: 'mnist', number: 1, created }));
    return join(folder, 'checkpoints');
  }

  it('is another folder for each run, also of one name', async () => {
    const first = await mirrorOfRun(await runOf('2026-01-02T03:04:05.678Z'), root);
    strictEqual(first, join(root, 'mnist-1-2026-01-02T030405.678Z'));
    ok(first !== (await mirrorOfRun(await runOf('2026-01-02T03:04:06.000Z'), root)));
  });

  it('must be named, and be there', async () => {
    const folder = await runOf('2026-01-02T03:04:05.678Z');
    for (const none of [null, undefined, ''])
      await rejects(mirrorOfRun(folder, none), { code: 'USAGE', about: 'mirror' });
    await rejects(mirrorOfRun(folder, join(root, 'unmounted')), { code: 'USAGE', about: 'mirror' });
  });
});
