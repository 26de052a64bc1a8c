import { on } from 'node:events';
import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPlugin, writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { type Finished, forge, startForge } from './forge-process.js';

const configs = ['train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const train = [...configs, '--run-name', 'line'];

/** A launcher plugin that records its requests and runs them. */
const queue = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { localLauncher } from '@forge-ml/core/node';
import { definePlugin, flag } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  flags: { partition: flag.string('short', 'Where it runs.') },
  launchers: {
    queue: ({ flags }) => ({
      launch({ name, command, directory, env, output }) {
        writeFileSync('request.json', JSON.stringify({ name, command, directory, env, flags }));
        const child = spawn(command[0], command.slice(1), { cwd: directory, env: { ...process.env, ...env } });
        child.stdout.on('data', (bytes) => output(bytes, 'stdout'));
        child.stderr.on('data', (bytes) => output(bytes, 'stderr'));
        return { id: 'job 7', wait: async () => (await once(child, 'close'))[0], cancel: () => child.kill() };
      },
    }),
    // Of jobs only.
    array({ flags }) {
      const pool = localLauncher({});
      return {
        port: 2,
        slots: 1,
        submit(batch) {
          if (flags.partition === 'shrt') throw new Error('there is no partition shrt');
          return pool.submit(batch);
        },
        find: (batch) => pool.find(batch),
        query: (ids) => pool.query(ids),
        cancel: (ids, options) => pool.cancel(ids, options),
        attach: (id, output) => pool.attach(id, output),
        close: () => pool.close(),
      };
    },
    closed: () => ({ launch: () => { throw new Error('the queue is closed'); } }),
    lossy: () => ({ launch: () => ({ id: '1', wait: async () => { throw new Error('the job is lost'); }, cancel() {} }) }),
  },
});
`;

describe('forge train --launcher', () => {
  const inProject = (work: (cwd: string) => Promise<void>) =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const forgeKey = { launchers: ['queue', 'array', 'closed', 'lossy'], flags: ['partition'] };
      await installPlugin(cwd, { name: 'forge-queue', forge: forgeKey, module: queue });
      await work(cwd);
    });
  const commandOf = async (cwd: string) => {
    const { command } = JSON.parse(await readFile(join(cwd, 'results/line/1/run.json'), 'utf8')) as {
      command: string[];
    };
    return command.slice(2);
  };

  it('local trains in a new process, and forwards its output and exit status', () =>
    inProject(async (cwd) => {
      const end = await forge([...train, '--launcher', 'local', '--steps', '3'], { cwd });
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      expect(end.stdout).to.match(/^Launched by local: process \d+\nline\/1 .*\n[\s\S]*^Completed at step 3/m);
      expect(await commandOf(cwd)).to.deep.equal([...train, '--steps', '3', '--launcher', 'none']);
      const failed = await forge([...train, '--launcher=local', '--hiden', '3'], { cwd });
      expect(failed.status).to.equal(2);
      expect(failed.stderr).to.include('Did you mean --hidden?');
    }));

  it('prints the one object of --json', () =>
    inProject(async (cwd) => {
      const end = await forge([...train, '--launcher', 'local', '--steps', '3', '--json'], { cwd });
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      expect(JSON.parse(end.stdout)).to.include({ experiment: 'line', status: 'completed', step: 3 });
      const failed = await forge([...train, '--launcher', 'local', '--hiden', '3', '--json'], { cwd });
      expect([failed.status, JSON.parse(failed.stdout).error.code]).to.deep.equal([2, 'FLAG_UNKNOWN']);
    }));

  it('forwards a signal: the run saves and stops; a second one ends it at once', () =>
    inProject(async (cwd) => {
      const slow = [...train, '--launcher', 'local', '--epochs', '1000', '--report-every', '1'];
      const one = startForge([...slow, '--ms-per-step', '20'], { cwd });
      await one.said(/^step \d+\/\d+ {2}epoch 1/m);
      one.child.kill('SIGINT');
      const end = await one.finished;
      expect([end.status, end.stderr]).to.deep.equal([143, '']);
      expect(end.stdout).to.match(/^Stopped at step \d+/m);
      const two = startForge([...slow, '--ms-per-step', '15000'], { cwd });
      await two.said(/^toy, engine/m);
      two.child.kill('SIGINT');
      await two.said(/^Stopping/m);
      two.child.kill('SIGINT');
      expect((await two.finished).status).to.equal(137);
    }));

  it('local completes the run if the launching process is killed', () =>
    inProject(async (cwd) => {
      const words = [...train, '--launcher', 'local', '--steps', '60', '--ms-per-step', '20', '--report-every', '1'];
      const { child, said, finished } = startForge(words, { cwd });
      await said(/^step 1\/60/m);
      child.kill('SIGKILL');
      await finished;
      const run = join(cwd, 'results/line/1');
      const status = async () => JSON.parse(await readFile(join(run, 'run.json'), 'utf8')).status as string;
      const watcher = watch(run);
      const changes = on(watcher, 'change');
      while ((await status()) === 'running') await changes.next();
      watcher.close();
      expect(await status()).to.equal('completed');
    }));

  it('passes the command to a plugin without the flags of the launcher', () =>
    inProject(async (cwd) => {
      const end = await forge([...train, '--partition', 'long', '--steps', '3', '--launcher', 'queue'], { cwd });
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      expect(end.stdout).to.match(/^Launched by queue: job 7\n[\s\S]*^Completed at step 3/m);
      const { command, ...request } = JSON.parse(await readFile(join(cwd, 'request.json'), 'utf8'));
      expect(request).to.deep.equal({ name: 'line', directory: cwd, env: {}, flags: { partition: 'long' } });
      expect(command.slice(2)).to.deep.equal([...train, '--steps', '3', '--launcher', 'none']);
    }));

  it('starts a run as a job with a launcher of jobs: its folder, output, exit status, and a signal', () =>
    inProject(async (cwd) => {
      const array = [...train, '--launcher', 'array', '--partition', 'long'];
      const end = await forge([...array, '--steps', '3'], { cwd });
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      expect(end.stdout).to.match(/^Launched by array: process \d+.*\n[\s\S]*^step 1\/3/m);
      const jobs = join(cwd, 'results/.jobs');
      const [job] = (await readFile(join(jobs, 'line-1/jobs.jsonl'), 'utf8')).split('\n');
      const argv = [...train.slice(1), '--steps', '3', '--launcher', 'none'];
      expect(JSON.parse(job!)).to.deep.include({ train: { argv }, attempt: 1, launcher: null });
      const record = JSON.parse(await readFile(join(jobs, 'line-1/job.json'), 'utf8'));
      expect([record.run.experiment, record.run.number, record.result.status]).to.deep.equal(['line', 1, 'completed']);

      const failed = await forge([...array, '--hiden', '3'], { cwd });
      expect(failed.status).to.equal(1);
      expect(failed.stdout + failed.stderr).to.include('hiden');
      const slow = [...array, '--epochs', '1000', '--report-every', '1', '--ms-per-step', '20'];
      const stopping = startForge(slow, { cwd });
      await stopping.said(/^step \d+\/\d+ {2}epoch 1/m);
      stopping.child.kill('SIGINT');
      await stopping.finished;
      const run = JSON.parse(await readFile(join(cwd, 'results/line/2/run.json'), 'utf8'));
      expect(run).to.include({ status: 'stopped' });

      const closed = await forge([...train, '--launcher', 'array', '--partition', 'shrt'], { cwd });
      expect(closed.stderr).to.match(/^Error: The launcher array failed: there is no partition shrt/);
      expect(await readdir(jobs)).to.have.members(['line-1', 'line-2', 'line-3']);
      const dry = await forge([...array, '--dry-run'], { cwd });
      expect([dry.status, dry.stderr.split('\n')[0]]).to.deep.equal([
        2,
        'Error: The launcher array starts jobs, and a dry run is none.',
      ]);
    }));

  it('can be set in the project file, and launches once', () =>
    inProject(async (cwd) => {
      const file = "export default { launcher: 'queue', partition: 'night', backend: 'toy' };";
      await writeFiles(cwd, { 'forge.config.ts': file });
      const end = await forge([...train, '--steps', '2'], { cwd });
      expect(end.stdout.match(/^Launched by/gm)).to.have.length(1);
      expect(JSON.parse(await readFile(join(cwd, 'request.json'), 'utf8')).flags).to.deep.equal({ partition: 'night' });
      const here = await forge([...train, '--steps', '2', '--launcher', 'none'], { cwd });
      expect(here.stdout).to.not.include('Launched');
    }));

  it('lists the flags of its plugin with --help', () =>
    inProject(async (cwd) => {
      const { status, stdout } = await forge(['train', '--launcher', 'queue', '--help'], { cwd });
      expect(status).to.equal(0);
      expect(stdout).to.match(/^FLAGS OF forge-queue 1\.0\.0\n +--partition=TEXT/m);
    }));

  it('names a failed launcher, and lists the launchers for an unknown one', () =>
    inProject(async (cwd) => {
      const reported = ({ status, stderr }: Finished) => [status, stderr.split('\n')[0]];
      const closed = await forge([...train, '--launcher', 'closed'], { cwd });
      expect(reported(closed)).to.deep.equal([2, 'Error: The launcher closed failed: the queue is closed']);
      const lost = await forge([...train, '--launcher', 'lossy'], { cwd });
      expect(reported(lost)).to.deep.equal([2, 'Error: The launcher lossy failed: the job is lost']);
      const typo = await forge([...train, '--launcher', 'locl'], { cwd });
      expect(typo.stderr).to.include(
        'There is no launcher "locl". Available: local, queue, array, closed, lossy, slurm.',
      );
      expect(typo.stderr).to.include('Did you mean --launcher local?');
    }));
});
