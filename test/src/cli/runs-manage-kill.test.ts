import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listRuns } from '@forge-ml/core';
import { findRunToRemove, listTrash, readAnnotations, removeRuns } from '@forge-ml/core/manage';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const child = fileURLToPath(new URL('../torture/trash-process.js', import.meta.url));
/** More file operations than any of the changes has. */
const never = 1000;
const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

describe('a process that manages runs and is killed', () => {
  let cwd: string;
  let results: string;
  let files: ReadonlyMap<string, string>;
  before(async () => {
    cwd = await makeFolder();
    results = join(cwd, 'results');
    await writeToyProject(cwd);
    const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
    const words = ['train', ...configs, '--run-name', 'line', '--steps', '4', '--save-every', '2'];
    for (let count = 0; count < 2; count++) expect((await forge(words, { cwd })).status).to.equal(0);
    files = await contents(join(results, 'line/1'));
    expect(files.size).to.be.greaterThan(8);
    await cp(results, join(cwd, 'template'), { recursive: true });
  });
  after(() => removeFolder(cwd));

  /** The bytes of all files but those of the lock. */
  async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1);
      if (!entry.isFile() || /^\.resume-lock|^annotations\.json$|\.writing-/.test(name)) continue;
      found.set(name, await readFile(path, 'latin1'));
    }
    return found;
  }

  async function expectWhole(): Promise<{ runs: number[]; removed: number[] }> {
    const runs = await listRuns(results);
    const { runs: removed } = await listTrash(results);
    for (const { path, number } of [...runs, ...removed]) {
      if (number === 1) expect(await contents(path), path).to.deep.equal(files);
    }
    return { runs: runs.map(({ number }) => number), removed: removed.map(({ number }) => number) };
  }

  for (const what of ['remove', 'restore', 'purge', 'annotate'] as const) {
    it(`at any file operation of ${what} leaves the run whole where it was, or where it goes, and the others alone`, async () => {
      const seen = new Set<string>();
      let finished = false;
      for (let operation = 1; operation < 100 && !finished; operation++) {
        await rm(results, { recursive: true });
        await cp(join(cwd, 'template'), results, { recursive: true });
        if (what === 'restore' || what === 'purge')
          await removeRuns(results, [await findRunToRemove('line/1', results)]);
        const { status, signal, stderr } = spawnSync(process.execPath, [child, results, what, String(operation)]);
        finished = status === 0;
        if (!finished) expect([signal, String(stderr)], `operation ${operation}`).to.deep.equal(['SIGKILL', '']);
        const { runs, removed } = await expectWhole();
        expect(runs).to.include(2);
        if (what === 'annotate') {
          const { tags, note, name } = readAnnotations(join(results, 'line/1'));
          expect([[], ['new']]).to.deep.include(tags);
          expect([note, name]).to.deep.equal(tags.length === 0 ? ['', ''] : ['new', 'new']);
          seen.add(tags.join());
        } else seen.add(runs.includes(1) ? 'run' : removed.includes(1) ? 'trash' : 'gone');
        if (what !== 'purge') expect(Number(runs.includes(1)) + Number(removed.includes(1))).to.equal(1);
        // The next process finishes it, and waits for no dead one.
        const again = spawnSync(process.execPath, [child, results, what, String(never)]);
        expect(again.signal).to.equal(null);
        expect(String(again.stderr)).to.not.include('RUN_LOCKED');
        const end = await expectWhole();
        if (what === 'remove') expect(end).to.deep.equal({ runs: [2], removed: [1] });
        if (what === 'restore') expect(end).to.deep.equal({ runs: [1, 2], removed: [] });
        if (what === 'purge') expect(end).to.deep.equal({ runs: [2], removed: [] });
        if (what === 'annotate') expect(readAnnotations(join(results, 'line/1')).tags).to.deep.equal(['new']);
      }
      expect(finished).to.equal(true);
      const ends = {
        remove: ['run', 'trash'],
        restore: ['trash', 'run'],
        purge: ['trash', 'gone'],
        annotate: ['', 'new'],
      };
      expect([...seen]).to.deep.equal(ends[what]);
    }).timeout(120_000);
  }

  it('while it purges 100 runs of 1 GB leaves no incomplete run; in the end the disk is free and nothing else is touched', async () => {
    await rm(results, { recursive: true });
    await cp(join(cwd, 'template'), results, { recursive: true });
    const time = '20300101T000000000Z';
    for (let number = 1; number <= 100; number++) {
      const path = join(results, `.trash/big/${number}-${time}`);
      await cp(join(cwd, 'template/line/1'), path, { recursive: true });
      // Sparse: the size counts, and the disk of the test does not.
      for (const step of [2, 4]) {
        const file = await open(join(path, `checkpoints/${step}/large.safetensors`), 'w');
        await file.truncate(500_000_000);
        await file.close();
      }
    }
    const listed = await forge(['runs', 'trash', '--json'], { cwd });
    const { runs } = JSON.parse(listed.stdout) as { runs: { bytes: number }[] };
    expect(runs).to.have.length(100);
    for (const { bytes } of runs) expect(bytes).to.be.within(1e9, 1.001e9);
    let kills = 0;
    for (let attempt = 0; ; attempt++) {
      const process_ = spawn(process.execPath, [bin, 'runs', 'purge', '--all', '--yes'], { cwd, stdio: 'ignore' });
      const timer = setTimeout(() => process_.kill('SIGKILL'), 250 + 60 * attempt);
      const [status] = await once(process_, 'close');
      clearTimeout(timer);
      for (const { path } of (await listTrash(results)).runs) {
        expect((await readdir(join(path, 'checkpoints/4'))).sort(), path).to.include('large.safetensors');
        expect((await readdir(path)).length).to.be.greaterThan(7);
      }
      if (status === 0) break;
      kills++;
    }
    expect(kills).to.be.greaterThan(0);
    expect(await listTrash(results)).to.deep.equal({ runs: [], purging: [] });
    expect(await readdir(join(results, '.trash/big'))).to.deep.equal([]);
    await rm(join(results, '.trash'), { recursive: true });
    expect(await contents(results)).to.deep.equal(await contents(join(cwd, 'template')));
  }).timeout(120_000);
});
