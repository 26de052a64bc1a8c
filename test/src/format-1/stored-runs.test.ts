import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Batch, Forge, findRun, verifyRun } from '@forge-ml/core';
import { expect } from 'chai';
import { forge as forgeIn } from '../cli/forge-process.js';

/** Runs that Forge 0.1 wrote in format 1: 6 steps, with checkpoints 3 and 6. */
const stored = fileURLToPath(new URL('../../fixtures/format-1', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('a run folder of format 1', () => {
  let results: string;
  const forge = (words: readonly string[]) =>
    forgeIn(words, { cwd: root, env: { XDG_DATA_HOME: join(results, '.data') } });
  before(async () => {
    results = await mkdtemp(join(tmpdir(), 'forge-format-1-'));
    await cp(stored, results, { recursive: true });
  });
  after(() => rm(results, { recursive: true }));

  for (const backend of ['tfjs', 'onnx']) {
    describe(`of ${backend}`, () => {
      it('verifies', async () => {
        const found = await verifyRun(await findRun(backend, results), { deep: true });
        expect(found.problems).to.deep.equal([]);
        expect(found.loadable).to.deep.equal({ checkpoints: [3, 6], code: true, run: true });
      });

      it('is listed and shown', async () => {
        const { stdout } = await forge(['runs', '--results-dir', results, '--json']);
        expect(stdout).to.include(`"experiment": "${backend}"`);
        expect((await forge(['runs', 'show', join(results, backend, '1')])).stdout).to.include('completed');
      });

      it('loads, and evaluates as before', async () => {
        const loaded = await Forge.loadFromCheckpoint(join(results, backend, '1'), 6);
        try {
          await loaded.restore();
          const batches = loaded.data.train.read({ epoch: 0, skip: 0 });
          const batch = (await batches.next()).value as Batch;
          await batches.return?.();
          expect((await loaded.session.evaluate(batch)).loss).to.be.within(0.3, 1.2);
          expect(loaded.run).to.include({ formatVersion: 2, code: 'stored' });
        } finally {
          await loaded.dispose();
        }
      });

      it('resumes, and is then in format 2', async () => {
        const run = join(results, backend, '1');
        const { status, stderr } = await forge(['train', '--resume', run, '--steps', '9', '--override']);
        expect(status, stderr).to.equal(0);
        const found = await verifyRun(await findRun(run, results), { deep: true });
        expect(found.problems).to.deep.equal([]);
        const { run: record } = await Forge.loadFromCheckpoint(run, undefined, { code: false });
        expect(record.step).to.equal(9);
      });
    });
  }
});
