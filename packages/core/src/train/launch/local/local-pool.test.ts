import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../../testing/temporary-folder.test.support.js';
import type { JobBatch } from '../job-launcher.js';
import { LocalPool } from './local-pool.js';

const program = fileURLToPath(new URL('../../../testing/launcher-conformance/job-program.js', import.meta.url));

describe('LocalPool', function () {
  this.timeout(30_000);
  const folder = useTemporaryFolder();
  const pools: LocalPool[] = [];
  afterEach(() => {
    for (const pool of pools.splice(0)) pool.close();
  });

  function open(slots: number): LocalPool {
    const pool = new LocalPool(slots);
    pools.push(pool);
    return pool;
  }

  let batches = 0;
  /** A batch of jobs of the conformance suite; each writes its process into `<index>.started`. */
  async function batchOf(jobs: readonly object[], more: Partial<JobBatch> = {}): Promise<JobBatch> {
    const own = join(folder(), `batch-${++batches}`);
    await mkdir(own);
    const file = join(own, 'jobs.jsonl');
    const lines = jobs.map((job, index) => JSON.stringify({ started: join(own, `${index}.started`), ...job }));
    await writeFile(file, lines.join('\n'));
    const command = [process.execPath, program, 'job', file] as const;
    const name = `batch-${batches}`;
    return { name, folder: own, command, count: jobs.length, throttle: null, directory: own, env: {}, ...more };
  }

  const processOf = async (batch: JobBatch, index = 0) =>
    (await readFile(join(batch.directory, `${index}.started`), 'utf8')).split(' ')[0];

  /** Submits a batch and waits for its end. @returns its states */
  async function done(pool: LocalPool, batch: JobBatch) {
    const ids = await pool.submit(batch);
    const { signal } = new AbortController();
    for (;;) {
      const states = await pool.query(ids);
      if (states.every(({ state }) => state === 'ended')) return states;
      await pool.changed(signal);
    }
  }

  it('does the jobs of Forge in one process after the other', async () => {
    const pool = open(1);
    const directory = folder();
    const [one, two] = [await batchOf([{}, {}], { directory }), await batchOf([{}], { directory })];
    await done(pool, one);
    await done(pool, two);
    const processes = await Promise.all(
      [`batch-${batches - 1}/0`, `batch-${batches - 1}/1`, `batch-${batches}/0`].map(
        async (job) => (await readFile(join(directory, `${job}.started`), 'utf8')).split(' ')[0],
      ),
    );
    expect(new Set(processes).size).to.equal(1);
    const elsewhere = await batchOf([{}], { directory, env: { FORGE_TEST_WORD: 'new' } });
    await done(pool, elsewhere);
    const [started] = (await readFile(join(elsewhere.folder, '0.started'), 'utf8')).split('\n');
    expect(started)
      .to.match(/ new$/)
      .and.not.match(new RegExp(`^${processes[0]} `));
  });

  it('starts a process for each job of another command, also with the same words', async () => {
    const batch = await batchOf([{}, {}]);
    const command = [process.execPath, '-e', 'process.exit(Number(process.argv[1]) + 4)'] as const;
    const states = await done(open(2), { ...batch, command });
    expect(states.map(({ status }) => status)).to.deep.equal([4, 5]);
  });

  it('ends only the job whose process crashes, and starts a new process', async () => {
    const pool = open(2);
    const batch = await batchOf([{ signal: 'SIGSEGV' }, { status: 3 }, {}]);
    const states = await done(pool, batch);
    expect(states.map(({ status, reason }) => [status, reason])).to.deep.equal([
      [139, 'killed by SIGSEGV'],
      [3, null],
      [0, null],
    ]);
    expect(await processOf(batch, 2)).to.not.equal(await processOf(batch, 0));
  });

  it('starts nothing of a program that does not exist, and does the next batch', async () => {
    const pool = open(2);
    const batch = await batchOf([{}, {}, {}]);
    for (const words of [['x'], ['job', 'file']]) {
      const error = await failureOf(() => pool.submit({ ...batch, command: ['/no/such/program', ...words] }));
      expect(error.message).to.match(/^Cannot start \/no\/such\/program/);
    }
    expect((await done(pool, await batchOf([{}]))).map(({ status }) => status)).to.deep.equal([0]);
  });

  it('reports the end of a process that is no worker, by its status', async () => {
    const batch = await batchOf([{}]);
    const command = [process.execPath, '-e', 'process.exit(7)', 'job', 'file'] as const;
    const [state] = await done(open(1), { ...batch, command });
    expect(state).to.deep.include({ state: 'ended', status: 7 });
  });

  it('listens to each process once, however many jobs it does', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => void warnings.push(warning);
    process.on('warning', listen);
    await done(open(2), await batchOf(Array.from({ length: 60 }, () => ({}))));
    await delay(10);
    process.off('warning', listen);
    expect(warnings).to.deep.equal([]);
  });

  describe('whose process is killed', () => {
    const child = fileURLToPath(new URL('./local-pool.test.child.js', import.meta.url));

    /** A pool in another process, killed once its first job has started. @returns the ids of its jobs */
    async function killed(batch: JobBatch): Promise<string[]> {
      const submitter = spawn(process.execPath, [child, JSON.stringify(batch)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(submitter.stdout, 'data')) as [Buffer];
      while ((await processOf(batch).catch(() => undefined)) === undefined) await delay(10);
      submitter.kill('SIGKILL');
      await once(submitter, 'close');
      return JSON.parse(line.toString()) as string[];
    }
    const gone = async (pool: LocalPool, id: string) => {
      while ((await pool.query([id]))[0]!.state !== 'unknown') await delay(20);
    };
    const exists = (file: string) =>
      readFile(file, 'utf8').then(
        () => true,
        () => false,
      );

    it('finishes the job that runs, and no other; another process finds both', async () => {
      const go = join(folder(), 'go');
      const batch = await batchOf([{ waitFor: go, stdout: 'x'.repeat(100_000) }, {}]);
      const ids = await killed(batch);
      const pool = open(1);
      expect(await pool.find(batch)).to.deep.equal(ids);
      const states = await pool.query(ids);
      expect(states.map(({ state }) => state)).to.deep.equal(['running', 'unknown']);
      await writeFile(go, '');
      await gone(pool, ids[0]!);
      expect(await exists(join(batch.directory, '1.started'))).to.equal(false);
    });

    it('lets another process stop its job in order, or follow it', async () => {
      const stopped = join(folder(), 'stopped');
      const batch = await batchOf([{ waitFor: join(folder(), 'never'), stopped }]);
      const [id] = (await killed(batch)) as [string];
      const pool = open(1);
      const launched = await pool.attach(id, () => undefined);
      await launched.cancel();
      const error = await failureOf(() => launched.wait());
      expect(error.message).to.match(/^The job has ended\. Its exit status is known only/);
      expect(await readFile(stopped, 'utf8')).to.equal('saved');
    });

    it('lets another process end its job at once', async () => {
      const batch = await batchOf([{ waitFor: join(folder(), 'never'), stopped: join(folder(), 's'), stubborn: true }]);
      const [id] = (await killed(batch)) as [string];
      const pool = open(1);
      await pool.cancel([id]);
      await delay(100);
      expect((await pool.query([id]))[0]!.state).to.equal('running');
      await pool.cancel([id], { now: true });
      await gone(pool, id);
    });
  });
});
