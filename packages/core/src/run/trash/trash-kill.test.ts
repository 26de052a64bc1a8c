import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ForgeError } from '../../errors/forge-error.js';
import { FailingFiles } from '../../fs/failing-files.test.support.js';
import { type FileSystem, nodeFileSystem } from '../../fs/file-system.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { listRuns } from '../catalog/find-run.js';
import { listTrash } from './list-trash.js';
import { purgeRuns } from './purge-runs.js';
import { removeRuns } from './remove-runs.js';
import { restoreRun } from './restore-run.js';
import { makeStoredRun, missingIn } from './stored-run.test.support.js';

class Killed extends Error {}

/** Files of a process that is killed before a certain operation, or after it has deleted some files of a folder. */
class MortalFiles implements FileSystem {
  constructor(
    private left: number,
    private readonly deleted: number,
  ) {}

  create = nodeFileSystem.create;
  mkdir = nodeFileSystem.mkdir;

  async rename(from: string, to: string) {
    this.live();
    await nodeFileSystem.rename(from, to);
  }

  async remove(path: string) {
    if (this.left === 0) {
      const files = await readdir(path, { recursive: true }).catch(() => []);
      for (const file of files.sort().slice(0, this.deleted))
        await rm(join(path, file), { recursive: true, force: true });
    }
    this.live();
    await nodeFileSystem.remove(path);
  }

  async syncFolder() {
    this.live();
  }

  private live(): void {
    if (this.left-- <= 0) throw new Killed();
  }
}

const event = fc.oneof(
  fc.record({ kind: fc.constant('start' as const) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'restore' as const, 'delete' as const), at: fc.nat(9) }),
  fc.record({ kind: fc.constant('purge' as const), at: fc.nat(9), killedAfter: fc.nat(7), deleted: fc.nat(9) }),
);

describe('the trash of processes that are killed', () => {
  const folder = useTemporaryFolder();

  it('lists no incomplete run, neither as a run nor as restorable, and gives no number twice', async function () {
    this.timeout(120_000);
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 14 }), async (events) => {
        const results = join(folder(), `results-${++tried}`);
        const given: number[] = [];
        const purged = new Set<number>();
        const start = async () => void given.push((await makeStoredRun(results, 'a')).number);
        for (const event of [{ kind: 'start' as const }, ...events, { kind: 'start' as const }]) {
          const runs = await listRuns(results);
          const { runs: entries } = await listTrash(results);
          if (event.kind === 'start') await start();
          else if (event.kind === 'purge') {
            const chosen = entries.slice(0, 1 + (event.at % 3));
            const files = new MortalFiles(event.killedAfter, event.deleted);
            await purgeRuns(results, chosen, { files }).catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
            });
            for (const { number } of chosen) purged.add(number);
          } else if (event.kind === 'restore') {
            const entry = entries[event.at % entries.length];
            if (entry !== undefined) await restoreRun(results, entry);
          } else {
            const run = runs[event.at % runs.length];
            if (run === undefined) continue;
            if (event.kind === 'remove') await removeRuns(results, [run]);
            else {
              await rm(run.path, { recursive: true });
              purged.add(run.number);
            }
          }
          const listed = [...(await listRuns(results)), ...(await listTrash(results)).runs];
          for (const { path, experiment, number } of listed) {
            expect(await missingIn(path, experiment, number), path).to.deep.equal([]);
          }
          const numbers = listed.map(({ number }) => number);
          expect(new Set(numbers).size).to.equal(numbers.length);
          for (const number of given) if (!purged.has(number)) expect(numbers).to.include(number);
        }
        expect(given).to.deep.equal(given.map((_, index) => index + 1));
        await purgeRuns(results, (await listTrash(results)).runs);
        expect(await readdir(join(results, '.trash/a')).catch(() => [])).to.deep.equal([]);
      }),
      { numRuns: 40 },
    );
  });

  it('is purged completely by the next purge, whichever operations fail in the first one', async () => {
    for (let at = 1; at <= 7; at++) {
      const results = join(folder(), `results-${at}`);
      for (let count = 0; count < 2; count++) await removeRuns(results, [await makeStoredRun(results, 'a')]);
      const kept = await makeStoredRun(results, 'a');
      const { runs } = await listTrash(results);
      const files = new FailingFiles('EIO', at, 1);
      const end = await purgeRuns(results, runs, { files }).then(
        () => 'done',
        (error: ForgeError) => error.code,
      );
      // Two runs are purged by six operations.
      expect(end).to.equal(at <= 6 ? 'FILE_SYSTEM' : 'done');
      for (const { path, number } of (await listTrash(results)).runs) {
        expect(await missingIn(path, 'a', number)).to.deep.equal([]);
      }
      await purgeRuns(results, (await listTrash(results)).runs);
      expect(await listTrash(results)).to.deep.equal({ runs: [], purging: [] });
      expect(await missingIn(kept.path, 'a', 3)).to.deep.equal([]);
    }
  });

  it('that is on a full disk is still purged', async () => {
    const results = join(folder(), 'results');
    await removeRuns(results, [await makeStoredRun(results, 'a')]);
    const { runs } = await listTrash(results);
    const error = await failureOf(() => purgeRuns(results, runs, { files: new FailingFiles('ENOSPC', 1, 1) }));
    expect(error.message).to.match(/^Cannot purge .*: the disk is full\.$/);
    expect(await purgeRuns(results, runs)).to.deep.equal(runs);
  });
});
