import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { tensor } from '../tensor/tensor-data.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';
import { latestValid } from './latest-valid.js';

describe('saving on a full disk', () => {
  let folder: string;
  let mounted = false;
  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'forge-full-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'forge-test', folder], { stdio: 'pipe' });
      mounted = true;
    } catch (error) {
      console.log(`      skipped: a small file system cannot be mounted here (${String(error).split('\n')[0]})`);
      this.skip();
    }
  });
  after(async () => {
    if (mounted) execFileSync('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  });

  it('names the cause, keeps earlier checkpoints intact and leaves no partial one', async () => {
    const store = new FileCheckpointStore(join(folder, 'checkpoints'));
    const save = (step: number) =>
      store.save(
        {
          parameters: new Map([['w', tensor(new Float32Array(60_000).fill(step))]]),
          optimizer: new Map([['w/m', tensor(new Float32Array(60_000).fill(step))]]),
          step,
          data: { epoch: 0, batch: step },
          random: { algorithm: 'counter', seed: 1 },
        },
        {
          engine: { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] },
          metrics: {},
        },
      );
    await save(1);
    // Two checkpoints of about 480 kB fit. A third does not, whether it is new or a replacement.
    await save(2);
    for (const step of [3, 1]) {
      const error = await save(step).then(
        () => expect.fail('there was room'),
        (reason: unknown) => reason,
      );
      expect(error).to.include({
        code: 'FILE_SYSTEM',
        message: `Cannot save checkpoint ${step} in ${store.folder}: the disk is full.`,
        hint: 'Free some space, then try again.',
      });
      expect(await readdir(store.folder)).to.have.members(['1', '2']);
    }
    expect((await latestValid(store, 'the run')).skipped).to.deep.equal([]);
    await store.load(1);
    await store.remove(1);
    await save(3);
    expect(await store.steps()).to.deep.equal([2, 3]);
  });
});
