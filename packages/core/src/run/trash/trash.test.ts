import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { findRun, listRuns } from '../catalog/find-run.js';
import type { RunFolder } from '../folder/run-folder.js';
import { withResumeLock } from '../lock/resume-lock.js';
import { currentProcess } from '../record/host-info.js';
import { findRunToRemove } from './find-run-to-remove.js';
import { findOneTrashed, findTrashed, trashReference } from './find-trashed.js';
import { listTrash, type TrashedRun } from './list-trash.js';
import { purgeRuns } from './purge-runs.js';
import { removeRuns } from './remove-runs.js';
import { restoreRun } from './restore-run.js';
import { completed, makeStoredRun, missingIn } from './stored-run.test.support.js';

describe('the trash', () => {
  const folder = useTemporaryFolder();
  const make = (record = {}) => makeStoredRun(folder(), 'mnist', record);
  const remove = async (run: RunFolder) => (await removeRuns(folder(), [run]))[0]!;
  const labels = async () => (await listRuns(folder())).map(({ experiment, number }) => `${experiment}/${number}`);
  const inTrash = async () =>
    (await listTrash(folder())).runs.map(({ experiment, number }) => `${experiment}/${number}`);

  it('gets a run by renaming, and gives it back as it was', async () => {
    const run = await make();
    const { ino } = await stat(join(run.path, 'metrics.jsonl'));
    const entry = await remove(run);
    expect(await labels()).to.deep.equal([]);
    expect(basename(entry.path)).to.match(/^1-\d{8}T\d{9}Z$/);
    expect(Date.parse(entry.removed)).to.be.closeTo(Date.now(), 60_000);
    expect((await listTrash(folder())).runs).to.deep.equal([entry]);
    expect(await missingIn(entry.path, 'mnist', 1)).to.deep.equal([]);
    expect(await restoreRun(folder(), entry)).to.deep.equal(run);
    expect((await stat(join(run.path, 'metrics.jsonl'))).ino).to.equal(ino);
    expect([await labels(), await inTrash()]).to.deep.equal([['mnist/1'], []]);
    // The lock ended where the folder was moved to, so no process waits for it.
    expect(await withResumeLock(run, async () => 'free', { waitMs: 0 })).to.equal('free');
  });

  it('never lets a number be given again: removed, purged, restored, deleted by hand or with its experiment', async () => {
    const numbers: number[] = [];
    const next = async () => {
      const run = await make();
      numbers.push(run.number);
      return run;
    };
    await remove(await next());
    await purgeRuns(folder(), [await remove(await next())]);
    await restoreRun(folder(), await remove(await next()));
    await rm((await next()).path, { recursive: true });
    await rm(join(folder(), 'mnist'), { recursive: true });
    await next();
    // A run that was copied from elsewhere, without the marks.
    await rename(join(folder(), 'mnist/5'), join(folder(), 'mnist/9'));
    await rm(join(folder(), '.numbers'), { recursive: true });
    await rm(join(folder(), 'mnist/.numbers'), { recursive: true });
    await purgeRuns(folder(), [await remove({ path: join(folder(), 'mnist/9'), experiment: 'mnist', number: 9 })]);
    await next();
    expect(numbers).to.deep.equal([1, 2, 3, 4, 5, 10]);
  });

  it('is no experiment, and its runs are found by no reference', async () => {
    await remove(await make());
    await make();
    expect(await labels()).to.deep.equal(['mnist/2']);
    for (const reference of ['.trash', 'mnist/1', '.trash/mnist']) {
      expect((await failureOf(() => findRun(reference, folder()))).code).to.equal('RUN_NOT_FOUND');
    }
    expect((await findRun('', folder())).number).to.equal(2);
  });

  describe('refuses', () => {
    const refused = async (run: RunFolder, options = {}) => {
      const error = await failureOf(() => removeRuns(folder(), [run], { watchMs: 200, ...options }));
      expect(await inTrash()).to.deep.equal([]);
      return error;
    };

    it('a run that is running, naming the process, and then moves none of the others', async () => {
      const other = await make();
      const run = await make({ status: 'running', process: currentProcess() });
      const error = await failureOf(() => removeRuns(folder(), [other, run]));
      expect([error.code, error.message]).to.deep.equal([
        'RUN_LOCKED',
        `mnist/2 is still running: process ${process.pid} on ${hostname()}.`,
      ]);
      expect(error.hint).to.match(/^Stop that process first/);
      expect([await labels(), await inTrash()]).to.deep.equal([['mnist/1', 'mnist/2'], []]);
    });

    it('a run of another host whose heartbeat changes, and moves one that is silent', async () => {
      const run = await make({ status: 'running' });
      const beat = setInterval(() => void utimes(join(run.path, 'run.json'), new Date(), new Date()), 20);
      try {
        expect((await refused(run)).code).to.equal('RUN_LOCKED');
      } finally {
        clearInterval(beat);
      }
      const said: string[] = [];
      await removeRuns(folder(), [run], { watchMs: 200, say: (text) => void said.push(text) });
      expect(said).to.deep.equal(['Checking whether mnist/1 is still running on host elsewhere …']);
      expect(await inTrash()).to.deep.equal(['mnist/1']);
    });

    it('a run that is being resumed', async () => {
      const run = await make();
      await withResumeLock(run, async () => {
        const error = await refused(run);
        expect([error.code, error.message]).to.deep.equal([
          'RUN_LOCKED',
          `mnist/1 is locked by process ${process.pid} on ${hostname()}.`,
        ]);
      });
    }).timeout(10_000);

    it('a folder in which a run may be starting; an old one without run.json and one with an invalid one are moved', async () => {
      const starting = await make();
      await rm(join(starting.path, 'run.json'));
      expect((await refused(starting)).message).to.match(/^mnist\/1 has no run\.json and is new/);
      const invalid = await make();
      await writeFile(join(invalid.path, 'run.json'), '{}');
      await utimes(starting.path, 1, 1);
      await removeRuns(folder(), [starting, invalid], { watchMs: 50 });
      expect(await labels()).to.deep.equal([]);
    });

    it('a run whose invalid run.json is replaced by a live process', async () => {
      const run = await make();
      const file = join(run.path, 'run.json');
      await writeFile(file, '{}');
      // From the time it is watched on: a run that completed before may be removed.
      let beat: NodeJS.Timeout | undefined;
      const say = () => {
        beat = setInterval(() => writeFileSync(file, JSON.stringify(completed)), 20);
      };
      expect((await refused(run, { say, watchMs: 2000 })).message).to.match(/^mnist\/1 is in use/);
      clearInterval(beat);
    });

    it('a run, an experiment and a trash that are links, and changes nothing that they lead to', async () => {
      const outside = join(folder(), 'outside');
      const results = join(folder(), 'results');
      await makeStoredRun(outside, 'far');
      await mkdir(join(results, 'linked'), { recursive: true });
      await symlink(join(outside, 'far'), join(results, 'far'));
      await symlink(join(outside, 'far/1'), join(results, 'linked/1'));
      for (const run of ['far/1', 'linked/1']) {
        const error = await failureOf(() => findRunToRemove(run, results));
        expect([error.code, error.message.startsWith(`${run} is reached through a link: `)]).to.deep.equal([
          'PATH_UNSAFE',
          true,
        ]);
        const [experiment = '', number] = run.split('/');
        const direct = { path: join(results, run), experiment, number: Number(number) };
        expect((await failureOf(() => removeRuns(results, [direct]))).code).to.equal('PATH_UNSAFE');
      }
      const run = await makeStoredRun(results, 'near');
      await symlink(outside, join(results, '.trash'));
      expect((await failureOf(() => removeRuns(results, [run]))).code).to.equal('PATH_UNSAFE');
      expect((await failureOf(() => listTrash(results))).code).to.equal('PATH_UNSAFE');
      expect(await missingIn(join(outside, 'far/1'), 'far', 1)).to.deep.equal([]);
      expect((await readdir(outside)).sort()).to.deep.equal(['.numbers', 'far']);
    });

    it('a run of another results folder, and an experiment in place of a run', async () => {
      const other = await makeStoredRun(join(folder(), 'other'), 'mnist');
      const results = join(folder(), 'results');
      await makeStoredRun(results, 'mnist');
      await makeStoredRun(results, 'mnist');
      expect((await failureOf(() => findRunToRemove(other.path, results))).code).to.equal('PATH_UNSAFE');
      const error = await failureOf(() => findRunToRemove('mnist', results));
      expect([error.code, error.hint]).to.deep.equal(['USAGE', 'Name the run: its newest is mnist/2.']);
      expect((await failureOf(() => findRunToRemove('mnist/3', results))).code).to.equal('RUN_NOT_FOUND');
      expect((await findRunToRemove(join(results, 'mnist/2/'), results)).path).to.equal(join(results, 'mnist/2'));
    });
  });

  it('ignores links, files and foreign names', async () => {
    const entry = await remove(await make());
    const trash = join(folder(), '.trash');
    const outside = join(folder(), 'outside');
    await cp(entry.path, join(outside, '2-20300101T000000000Z'), { recursive: true });
    await symlink(outside, join(trash, 'linked'));
    await cp(entry.path, join(trash, '.numbers/2-20300101T000000000Z'), { recursive: true });
    await symlink(entry.path, join(trash, 'mnist/3-20300101T000000000Z'));
    await writeFile(join(trash, 'mnist/4-20300101T000000000Z'), '');
    for (const name of ['5', '5-', '5-20301301T000000000Z', '05-20300101T000000000Z', '..5-20300101T000000000Z']) {
      await mkdir(join(trash, 'mnist', name));
    }
    expect(await listTrash(folder())).to.deep.equal({ runs: [entry], purging: [] });
    await purgeRuns(folder(), [entry]);
    expect((await readdir(join(outside, '2-20300101T000000000Z'))).length).to.be.greaterThan(3);
  });

  it('restores the newest run of a number, and asks which run of an experiment', async () => {
    const run = await make();
    await cp(run.path, join(folder(), 'copy'), { recursive: true });
    const first = await remove(run);
    await rename(join(folder(), 'copy'), run.path);
    const second = await remove(run);
    expect(await findTrashed('mnist/1', folder())).to.deep.equal([second, first]);
    expect(await findOneTrashed('mnist', folder())).to.deep.equal(second);
    expect(await findTrashed(trashReference(first), folder())).to.deep.equal([first]);
    await remove(await make());
    const error = await failureOf(() => findOneTrashed('mnist', folder()));
    expect([error.code, error.hint]).to.deep.equal(['USAGE', 'Name one: mnist/2, mnist/1.']);
    await restoreRun(folder(), second);
    const taken = await failureOf(() => restoreRun(folder(), first));
    expect([taken.code, taken.message.endsWith(`${run.path} exists.`)]).to.deep.equal(['USAGE', true]);
    expect((await failureOf(() => restoreRun(folder(), second))).code).to.equal('USAGE');
    await remove(run);
    expect((await failureOf(() => restoreRun(folder(), second))).code).to.equal('RUN_NOT_FOUND');
  });

  it('restores a run whose experiment is gone', async () => {
    const entry = await remove(await make());
    await rm(join(folder(), 'mnist'), { recursive: true });
    await restoreRun(folder(), entry);
    expect(await labels()).to.deep.equal(['mnist/1']);
    expect((await make()).number).to.equal(2);
  });

  it('purges links in a run, not what they lead to, and reports what it cannot delete after the others', async () => {
    const outside = join(folder(), 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), 'kept');
    const entries: TrashedRun[] = [];
    for (let count = 0; count < 3; count++) {
      const run = await make();
      await symlink(outside, join(run.path, 'link'));
      await symlink(join(outside, 'kept'), join(run.path, 'checkpoints/link'));
      execFileSync('mkfifo', [join(run.path, 'pipe')]);
      entries.push(await remove(run));
    }
    const seen: string[] = [];
    const purged = await purgeRuns(folder(), entries, { onRun: ({ number }) => void seen.push(String(number)) });
    expect([purged, seen]).to.deep.equal([entries, ['1', '2', '3']]);
    expect(await readFile(join(outside, 'kept'), 'utf8')).to.equal('kept');
    expect(await readdir(join(folder(), '.trash/mnist'))).to.deep.equal([]);
    expect(await purgeRuns(folder(), entries)).to.deep.equal([]);
  });
});
