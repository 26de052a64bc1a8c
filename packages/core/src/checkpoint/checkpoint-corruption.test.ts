import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../errors/forge-error.js';
import { tensor } from '../tensor/tensor-data.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';

describe('a corrupt checkpoint', () => {
  let folder: string;
  let store: FileCheckpointStore;
  let files: string[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-corrupt-'));
    store = new FileCheckpointStore(folder);
    const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };
    const state = {
      parameters: new Map([['w', tensor(new Float32Array([1, 2, 3]))]]),
      optimizer: new Map([['w/m', tensor(new Float32Array([4, 5, 6]))]]),
      step: 7,
      data: { epoch: 0, batch: 7 },
      random: { algorithm: 'counter', seed: 1 },
    };
    const path = await store.save(state, { engine, metrics: { valid: { loss: 0.5 } } });
    files = (await readdir(path)).map((name) => join(path, name));
    expect(files).to.have.lengthOf(3);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Loads with each changed content; every one must be refused, naming the file. */
  async function refusesEach(path: string, changes: Iterable<[string, Uint8Array]>): Promise<number> {
    const original = readFileSync(path);
    let tried = 0;
    for (const [what, content] of changes) {
      writeFileSync(path, content);
      const error = await store.load(7).then(
        () => expect.fail(`${path}: ${what} was not noticed`),
        (reason: unknown) => reason,
      );
      expect(isForgeError(error) && error.code, what).to.equal('CHECKPOINT_CORRUPT');
      expect(isForgeError(error) && error.about, what).to.equal(path);
      tried++;
    }
    writeFileSync(path, original);
    await store.load(7);
    return tried;
  }

  it('is never loaded when a file is truncated at any byte', async () => {
    for (const path of files) {
      const original = readFileSync(path);
      const cuts = Array.from(original, (_, length): [string, Uint8Array] => [
        `cut to ${length} bytes`,
        original.subarray(0, length),
      ]);
      expect(await refusesEach(path, cuts)).to.equal(original.length);
    }
  }).timeout(60_000);

  it('is never loaded when a bit is flipped in any byte', async () => {
    for (const path of files) {
      const original = readFileSync(path);
      const flips = Array.from(original, (byte, place): [string, Uint8Array] => {
        const flipped = Uint8Array.from(original);
        flipped[place] = byte ^ (1 << (place % 8));
        return [`bit ${place % 8} of byte ${place} flipped`, flipped];
      });
      expect(await refusesEach(path, flips)).to.equal(original.length);
    }
  }).timeout(60_000);

  it('is never loaded when bytes are appended to a file', async () => {
    for (const path of files) {
      const original = readFileSync(path);
      const longer = [' ', '\n', '\0'].map((more): [string, Uint8Array] => [
        `${JSON.stringify(more)} added`,
        Buffer.concat([original, Buffer.from(more)]),
      ]);
      await refusesEach(path, longer);
    }
  });
});
