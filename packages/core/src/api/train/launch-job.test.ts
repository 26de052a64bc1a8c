import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ForgeError } from '../../errors/forge-error.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import type { JobBatch, JobLauncher } from '../../train/launch/job-launcher.js';
import { LocalPool } from '../../train/launch/local/local-pool.js';
import { type JobRequest, launchJob } from './launch-job.js';

/** Prints its directory, a variable, and the job that it is given; ends with status 3. */
const script = `
const [, , file, index] = process.argv;
const [job] = require('fs').readFileSync(file, 'utf8').split('\\n').slice(index);
console.log(JSON.stringify({ directory: process.cwd(), word: process.env.WORD, job: JSON.parse(job) }));
process.exitCode = 3;
`;

describe('launchJob', () => {
  const folder = useTemporaryFolder();
  const results = () => join(folder(), 'results');
  const jobs = () => join(results(), '.jobs');

  /** A launcher of jobs, with other members. */
  const launcherWith = (members: Partial<JobLauncher>): JobLauncher => {
    const pool = new LocalPool(1);
    const own: JobLauncher = {
      port: 2,
      slots: 1,
      // In a process of its own.
      submit: ({ command: [program, ...words], ...batch }) =>
        pool.submit({ ...batch, command: [program, ...words.slice(0, -2), 'one', words.at(-1)!] }),
      find: (batch) => pool.find(batch),
      query: (ids) => pool.query(ids),
      cancel: (ids, options) => pool.cancel(ids, options),
      attach: (id, output) => pool.attach(id, output),
    };
    return { ...own, ...members };
  };

  async function launch(members: Partial<JobLauncher> = {}, more: Partial<JobRequest> = {}) {
    let text = '';
    const launched = await launchJob(launcherWith(members), {
      name: 'digits',
      launcher: 'queue',
      flags: { partition: 'short' },
      program: [process.execPath, '-e', script],
      argv: ['--epochs', '3'],
      results: results(),
      directory: folder(),
      env: { WORD: 'hello' },
      output: (bytes) => {
        text += Buffer.from(bytes).toString();
      },
      ...more,
    });
    return { status: await launched.wait(), text };
  }

  it('writes the job, starts it, and passes on its output and exit status', async () => {
    const { status, text } = await launch();
    expect(status).to.equal(3);
    const own = join(jobs(), 'digits-1');
    const job = { train: { argv: ['--epochs', '3'] }, record: join(own, 'job.json'), attempt: 1, launcher: null };
    expect(JSON.parse(text)).to.deep.equal({ directory: folder(), word: 'hello', job });
    await launch();
    expect(await readdir(jobs())).to.have.members(['digits-1', 'digits-2']);
  });

  it('names the launcher where that has a part inside the job', async () => {
    const inJob = () => ({ restart: 0, signals: [], interrupted: async () => 'cancelled' as const });
    const { job } = JSON.parse((await launch({ inJob })).text);
    expect(job.launcher).to.deep.equal({ name: 'queue', flags: { partition: 'short' } });
  });

  it('closes the launcher at the end', async () => {
    let closed = 0;
    await launch({ close: () => void closed++ });
    expect(closed).to.equal(1);
  });

  it('names a batch uniquely, and its folder by the run, also by the path of one to resume', async () => {
    const names: string[] = [];
    const submit = async ({ name, folder: own }: JobBatch) => {
      names.push(name);
      expect(own).to.match(/\.jobs\/[A-Za-z0-9_-]+$/);
      throw new ForgeError('USAGE', 'The cluster is down.');
    };
    for (const name of ['../../up', 'digits/2', '.', 'digits', 'digits'])
      await failureOf(() => launch({ submit }, { name }));
    expect(names.map((name) => name.slice(0, -5))).to.deep.equal([
      'up-1',
      'digits-2-1',
      'run-1',
      'digits-1',
      'digits-1',
    ]);
    expect(new Set(names).size).to.equal(5);
    for (const name of names) expect(name).to.match(/^[A-Za-z0-9._-]+$/);
  });

  it('leaves nothing of a job that was not started', async () => {
    const submit = async () => {
      throw new ForgeError('USAGE', 'There is no partition "shrt".');
    };
    const error = await failureOf(() => launch({ submit }));
    expect(error.message).to.equal('There is no partition "shrt".');
    expect(await readdir(jobs())).to.deep.equal([]);
  });

  it('reports a launcher without an id, or without a process', async () => {
    for (const ids of [[], [7], ['a', 'b']]) {
      const error = await failureOf(() => launch({ submit: async () => ids as string[] }));
      expect(error.message).to.equal('The launcher queue submitted one job and returned no id for it.');
    }
    const error = await failureOf(() => launch({ attach: async () => ({}) as never }));
    expect(error.message).to.match(/^What the launcher queue attached to has no id/);
  });

  it('follows no link out of the results folder', async () => {
    await mkdir(join(folder(), 'elsewhere'));
    await mkdir(results());
    await symlink(join(folder(), 'elsewhere'), jobs());
    const error = await failureOf(() => launch());
    expect(error.code).to.equal('PATH_UNSAFE');
    expect(await readdir(join(folder(), 'elsewhere'))).to.deep.equal([]);
  });
});
