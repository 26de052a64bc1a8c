import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EngineInfo, ParametersFile } from '../backend/backend.js';
import { type FileSummary, sha256 } from '../fs/checksum.js';
import { tensor } from '../tensor/tensor-data.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';
import { latestValid } from './latest-valid.js';
import { discardCheckpointsAfter } from './policies/discard-after.js';
import { encodeManifest, parseManifest } from './store/manifest.js';
import type { TrainState } from './store/train-state.js';

const engine: EngineInfo = {
  backend: 'numeric',
  engine: 'plain',
  device: 'cpu',
  versions: { numeric: '1.0.0' },
  settings: { threads: 2 },
  warnings: [],
};

function stateAt(step: number, value = step): TrainState {
  return {
    parameters: new Map([
      ['dense/kernel', tensor(new Float32Array(6).fill(value), [2, 3])],
      ['count', tensor(new Int32Array([value]), [])],
    ]),
    optimizer: new Map([['dense/kernel/m', tensor(new Float32Array(6).fill(-value), [2, 3])]]),
    step,
    data: { epoch: 1, batch: step },
    random: { algorithm: 'counter', seed: 7 },
  };
}

describe('FileCheckpointStore', () => {
  let run: string;
  let store: FileCheckpointStore;
  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), 'forge-checkpoints-'));
    store = new FileCheckpointStore(join(run, 'checkpoints'));
  });
  afterEach(() => rm(run, { recursive: true, force: true }));

  const save = (step: number, value?: number) => store.save(stateAt(step, value), { engine, metrics: {} });
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => expect.fail('should have failed'),
      (error: unknown) => error,
    );
  const entries = () => readdir(store.folder);

  it('restores the whole train state, and metrics that JSON cannot represent', async () => {
    const metrics = { train: { loss: Number.NaN, best: -Infinity }, valid: { accuracy: 0.1 + 0.2 } };
    const path = await store.save(stateAt(20), { engine, metrics });
    expect(path).to.equal(join(run, 'checkpoints', '20'));
    expect(await readdir(path)).to.have.members(['checkpoint.json', 'parameters.safetensors', 'state.safetensors']);
    const { state, info } = await store.load(20);
    expect(state).to.deep.equal(stateAt(20));
    expect(info).to.deep.include({ step: 20, engine, metrics, data: state.data, random: state.random });
    expect(Date.parse(info.time)).to.be.closeTo(Date.now(), 60_000);
    expect(await store.info(20)).to.deep.equal(info);
  });

  it('stores files of the backend that refer to parameters by file offset, and verifies them on load', async () => {
    const state = stateAt(4);
    let file: ParametersFile | undefined;
    const files = async (parameters: ParametersFile) => {
      file = parameters;
      return new Map([['model.graph', Buffer.from('a graph')]]);
    };
    const path = await store.save(state, { engine, metrics: {}, files });
    const content = await readFile(join(path, file!.name));
    expect([...file!.places.keys()]).to.have.members([...state.parameters.keys()]);
    for (const [name, { offset, length }] of file!.places) {
      const { bytes } = state.parameters.get(name)!;
      expect(new Uint8Array(content.subarray(offset, offset + length))).to.deep.equal(new Uint8Array(bytes));
    }
    expect(await readFile(join(path, 'model.graph'), 'utf8')).to.equal('a graph');
    expect((await store.load(4)).path).to.equal(path);
    await writeFile(join(path, 'model.graph'), 'A graph');
    expect(await failure(store.load(4))).to.include({
      code: 'CHECKPOINT_CORRUPT',
      message: `${join(path, 'model.graph')} is corrupt: it does not match its checksum.`,
    });
  });

  it('refuses file names that lead out of its folder or replace its own files', async () => {
    const names = ['../x', 'a/b', '', '.hidden', 'checkpoint.json', 'parameters.safetensors', 'state.safetensors'];
    for (const name of names) {
      const files = () => new Map([[name, new Uint8Array(1)]]);
      const error = await failure(store.save(stateAt(4), { engine, metrics: {}, files }));
      expect(error, name).to.include({ code: 'BACKEND_INVALID', about: name });
    }
    expect(await store.steps()).to.deep.equal([]);
  });

  it('lists complete checkpoints by ascending step and ignores everything else', async () => {
    expect(await store.steps()).to.deep.equal([]);
    for (const step of [100, 9, 0]) await save(step);
    await mkdir(join(store.folder, '50'));
    await cp(join(store.folder, '9'), join(store.folder, '007'), { recursive: true });
    await cp(join(store.folder, '9'), join(store.folder, '9 copy'), { recursive: true });
    await writeFile(join(store.folder, '60'), 'a file');
    await writeFile(join(store.folder, '.DS_Store'), '');
    expect(await store.steps()).to.deep.equal([0, 9, 100]);
    expect(await failure(store.load(50))).to.have.property('code', 'CHECKPOINT_NOT_FOUND');
    expect(await failure(store.info(60))).to.have.property('code', 'CHECKPOINT_NOT_FOUND');
  });

  it('removes a checkpoint, and all checkpoints after a step', async () => {
    for (const step of [1, 2, 3, 4]) await save(step);
    await store.remove(1);
    await store.remove(1);
    expect(await discardCheckpointsAfter(store, 2)).to.deep.equal([3, 4]);
    expect(await entries()).to.deep.equal(['2']);
  });

  it('also accepts SHA-256 as the checksum of a file', async () => {
    const path = await save(3);
    const file = join(path, 'checkpoint.json');
    const manifest = parseManifest(await readFile(file), file);
    const files = new Map<string, FileSummary>();
    for (const name of manifest.files.keys()) {
      const content = await readFile(join(path, name));
      files.set(name, { bytes: content.length, checksum: sha256(content) });
    }
    await writeFile(file, encodeManifest({ ...manifest, files }));
    expect((await store.load(3)).state).to.deep.equal(stateAt(3));
    const parameters = await readFile(join(path, 'parameters.safetensors'));
    parameters[parameters.length - 1]! ^= 1;
    await writeFile(join(path, 'parameters.safetensors'), parameters);
    expect(await failure(store.load(3))).to.have.property('code', 'CHECKPOINT_CORRUPT');
  });

  it('refuses NaN, naming the tensor, and keeps existing checkpoints', async () => {
    await save(1);
    const late = new Float32Array(3_000_000).fill(1, 0, -1).fill(Number.NaN, -1);
    for (const [part, values] of [
      ['parameters', new Float32Array([0, Number.NaN])],
      ['optimizer', late],
    ] as const) {
      const finite = tensor(new Float32Array([1, 2]));
      const broken = {
        ...stateAt(2),
        [part]: new Map([
          ['v', finite],
          ['w', tensor(values)],
          ['x', finite],
        ]),
      };
      expect(await failure(store.save(broken, { engine, metrics: {} }))).to.include({
        code: 'LOSS_NOT_FINITE',
        message: '"w" holds NaN at step 2, so no checkpoint was written.',
      });
    }
    expect(await entries()).to.deep.equal(['1']);
  });

  it('leaves no partial checkpoint when a save fails, and keeps the one it would have replaced', async () => {
    await save(1);
    const wrong = { dtype: 'float32', shape: [2], bytes: new Uint8Array(4) } as const;
    for (const step of [1, 2]) {
      const broken = { ...stateAt(step), optimizer: new Map([['m', wrong]]) };
      expect(await failure(store.save(broken, { engine, metrics: {} }))).to.have.property('code', 'BACKEND_INVALID');
    }
    expect(await entries()).to.deep.equal(['1']);
    expect((await store.load(1)).state).to.deep.equal(stateAt(1));
  });

  it('names the folder that cannot be written', async () => {
    await writeFile(store.folder, 'a file in the way');
    expect(await failure(save(1))).to.include({
      code: 'FILE_SYSTEM',
      message: `Cannot save checkpoint 1 in ${store.folder}: it already exists.`,
    });
  });

  it('replaces a checkpoint of the same step, valid or corrupt', async () => {
    await save(5, 1);
    await save(5, 2);
    expect((await store.load(5)).state).to.deep.equal(stateAt(5, 2));
    await writeFile(join(store.folder, '5', 'parameters.safetensors'), '');
    await save(5, 3);
    expect((await store.load(5)).state).to.deep.equal(stateAt(5, 3));
    expect(await entries()).to.deep.equal(['5']);
  });

  it('has a complete checkpoint of a step at every moment while it is replaced', async () => {
    await save(5);
    let saving = true;
    let loads = 0;
    const reader = (async () => {
      for (; saving; loads++) {
        expect(await store.steps()).to.deep.equal([5]);
        expect((await store.load(5)).state.step).to.equal(5);
      }
    })();
    for (let value = 0; value < 30; value++) await save(5, value);
    saving = false;
    await reader;
    expect(loads).to.be.greaterThan(5);
  });

  it('finds a checkpoint whose replacement was interrupted, and restores it', async () => {
    await save(5);
    const dead = join(store.folder, '.replaced-5-999999999-0123abcd');
    await rename(join(store.folder, '5'), dead);
    expect(await store.steps()).to.deep.equal([5]);
    expect((await store.load(5)).state).to.deep.equal(stateAt(5));
    await save(6);
    expect(await entries()).to.have.members(['5', '6']);
    expect((await store.load(5)).state).to.deep.equal(stateAt(5));
  });

  it('ignores leftovers of dead processes, and the next save removes them', async () => {
    await save(5);
    for (const leftover of [
      `.writing-6-${process.pid}-0123abcd`,
      '.writing-7-999999999-0123abcd',
      '.removing-4-999999999-0123abcd',
      '.replaced-5-999999999-0123abcd',
      '.replaced-9-999999999-0123abcd/x',
    ]) {
      await mkdir(join(store.folder, leftover), { recursive: true });
    }
    await cp(join(store.folder, '5'), join(store.folder, '.writing-8-999999999-0123abcd'), { recursive: true });
    await mkdir(join(store.folder, `.writing-7-${process.ppid}-0123abcd`));
    expect(await store.steps()).to.deep.equal([5]);
    await save(10);
    expect(await entries()).to.have.members(['5', '10', `.writing-7-${process.ppid}-0123abcd`]);
  });

  it('never opens a pipe or follows a link in place of a file', async () => {
    const path = await store.save(stateAt(4), {
      engine,
      metrics: {},
      files: () => new Map([['extra', Buffer.from('x')]]),
    });
    for (const name of ['parameters.safetensors', 'extra', 'checkpoint.json']) {
      const file = join(path, name);
      const moved = join(run, name);
      await rename(file, moved);
      for (const [make, problem] of [
        [() => execFileSync('mkfifo', [file]), 'is not a regular file'],
        [() => symlink(moved, file), /is a link|is not a regular file/],
        [() => symlink('/dev/zero', file), /is a link|is not a regular file/],
      ] as const) {
        await make();
        const error = (await failure(store.load(4))) as Error;
        expect(error).to.include({ code: 'CHECKPOINT_CORRUPT' });
        expect(error.message).to.match(new RegExp(problem));
        await rm(file);
      }
      await rename(moved, file);
    }
    await store.load(4);
  });

  it('verifies every file the manifest lists, and that the manifest is of its step', async () => {
    await save(5);
    await cp(join(store.folder, '5'), join(store.folder, '6'), { recursive: true });
    expect(await failure(store.load(6)))
      .to.have.property('message')
      .that.includes('it is the manifest of step 5');
    await rm(join(store.folder, '5', 'state.safetensors'));
    expect(await failure(store.load(5))).to.include({
      code: 'CHECKPOINT_CORRUPT',
      message: `${join(store.folder, '5', 'state.safetensors')} is corrupt: it is missing.`,
    });
  });

  it('does not recreate a run folder that was moved', async () => {
    await save(1);
    await rename(run, `${run}-moved`);
    try {
      const error = await failure(save(2));
      expect(error).to.have.property('code', 'FILE_SYSTEM');
      expect(error).to.have.property('message', `${run} does not exist: it was moved or removed.`);
      expect(existsSync(run)).to.equal(false);
    } finally {
      await rename(`${run}-moved`, run);
    }
    await save(2);
    expect(await store.steps()).to.deep.equal([1, 2]);
  });

  describe('latestValid', () => {
    it('skips corrupt checkpoints, and says which and why', async () => {
      for (const step of [1, 2, 3, 4, 5]) await save(step);
      const manifest = join(store.folder, '5', 'checkpoint.json');
      await rm(manifest);
      await mkdir(manifest);
      await writeFile(join(store.folder, '4', 'checkpoint.json'), '');
      const truncated = join(store.folder, '3', 'parameters.safetensors');
      await writeFile(truncated, (await readFile(truncated)).subarray(1));
      const { state, info, skipped } = await latestValid(store, 'the run');
      expect(state).to.deep.equal(stateAt(2));
      expect(info.step).to.equal(2);
      expect(skipped.map(({ step }) => step)).to.deep.equal([5, 4, 3]);
      expect(skipped[0]!.reason).to.include('is not a regular file');
      expect(skipped[1]!.reason).to.include('checkpoint.json is corrupt: its content does not match its checksum');
      expect(skipped[2]!.reason).to.match(/parameters.safetensors is corrupt: it has \d+ bytes, expected \d+/);
    });

    it('retries when the only checkpoint is removed in favour of a newer one, as a training process does', async () => {
      await save(1);
      let turn = 0;
      class Reader extends FileCheckpointStore {
        override async steps() {
          const steps = await super.steps();
          if (turn++ < 3) {
            await save(turn + 1);
            await store.remove(turn);
          }
          return steps;
        }
      }
      const { info, skipped } = await latestValid(new Reader(store.folder), 'the run');
      expect([info.step, skipped]).to.deep.equal([4, []]);
    });

    it('says when there is no checkpoint, and when none is valid', async () => {
      const none = await failure(latestValid(store, 'the run'));
      expect(none).to.include({
        code: 'CHECKPOINT_NOT_FOUND',
        message: 'the run has no checkpoint.',
        about: 'the run',
      });
      await save(1);
      await rm(join(store.folder, '1', 'state.safetensors'));
      const error = await failure(latestValid(store, 'the run'));
      expect(error).to.include({ code: 'CHECKPOINT_CORRUPT', about: 'the run' });
      expect(error).to.have.property('message').that.includes('state.safetensors is corrupt: it is missing');
    });
  });
});
