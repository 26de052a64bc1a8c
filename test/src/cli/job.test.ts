import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPlugin, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { cleanEnvironment, forge, startForge } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

/** A cluster that ends its jobs with SIGUSR2, and starts them again. */
const cluster = `
import { appendFileSync } from 'node:fs';
import { definePlugin, flag } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  flags: { answer: flag.string('requeued', 'What happens next.') },
  launchers: {
    cluster: ({ flags }) => ({
      port: 2, slots: null,
      submit: async () => [], find: async () => null, query: async () => [], cancel: async () => {},
      attach: async () => { throw new Error('not needed'); },
      inJob: () => ({
        restart: Number(process.env.RESTARTS ?? 0),
        signals: ['SIGUSR2'],
        interrupted: async (signal) => { appendFileSync('interrupted.log', signal + '\\n'); return flags.answer; },
      }),
    }),
  },
});
`;

interface Recorded {
  readonly restart: number;
  readonly run: { readonly number: number } | null;
  readonly result: { readonly status: string; readonly step: number; readonly again?: string } | null;
}

describe('forge job', () => {
  const inProject = (work: (cwd: string) => Promise<void>) =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      await work(cwd);
    });
  const writeJobs = async (cwd: string, ...jobs: readonly object[]) => {
    const whole = jobs.map((job, index) => ({
      record: join(cwd, 'records', `${index}.json`),
      attempt: 1,
      launcher: null,
      ...job,
    }));
    await mkdir(join(cwd, 'records'), { recursive: true });
    await writeFile(join(cwd, 'jobs.jsonl'), whole.map((job) => `${JSON.stringify(job)}\n`).join(''));
  };
  const training = (...argv: readonly string[]) => ({ train: { argv: [...configs, '--run-name', 'line', ...argv] } });
  const recordOf = async (cwd: string, index = 0) =>
    JSON.parse(await readFile(join(cwd, 'records', `${index}.json`), 'utf8')) as Recorded;

  it('does the job of its line with plain output; a failure has the exit status 1', () =>
    inProject(async (cwd) => {
      await writeJobs(
        cwd,
        training('--steps', '3'),
        training('--steps', '30', '--learning-rate', '1e30'),
        training('--hiden', '3'),
      );
      const end = await forge(['job', 'jobs.jsonl', '0'], { cwd });
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      expect(end.stdout).to.match(/^line\/1 .*\n[\s\S]*\nCompleted at step 3 after .*\.\n$/);
      expect(await recordOf(cwd)).to.deep.include({
        run: { results: join(cwd, 'results'), experiment: 'line', number: 1 },
      });
      const failed = await forge(['job', 'jobs.jsonl', '1'], { cwd });
      expect(failed.status).to.equal(1);
      expect(failed.stdout).to.match(/\nFailed at step \d+ after .*: loss became \w+ at step \d+\.\n$/);
      const refused = await forge(['job', 'jobs.jsonl', '2', '--json'], { cwd });
      expect(refused.status).to.equal(1);
      expect(JSON.parse(refused.stdout)).to.include({ status: 'refused', reason: 'There is no flag --hiden.' });
      expect((await recordOf(cwd, 2)).run).to.equal(null);
    }));

  it('trains a trial from the template of its sweep', () =>
    inProject(async (cwd) => {
      const train = await forge(['train', ...configs, '--steps', '3', '--run-name', 'straight', '--seed', '4'], {
        cwd,
      });
      expect(train.status).to.equal(0);
      const run = join(cwd, 'results/straight/1');
      const template = join(cwd, 'results/lr/template');
      for (const name of ['code', 'code.json', 'flags.json']) {
        await cp(join(run, name), join(template, name), { recursive: true });
      }
      const { formatVersion, backend, engine, versions, directory, git, code } = JSON.parse(
        await readFile(join(run, 'run.json'), 'utf8'),
      ) as Record<string, unknown>;
      const file = { formatVersion, backend, engine, versions, directory, git, code };
      await writeFile(join(template, 'template.json'), JSON.stringify(file));
      const objectives = [{ metric: 'valid.loss', direction: 'min', value: 'last' }];
      const trial = { sweep: join(cwd, 'results/lr'), id: 'x', trial: 5, repeat: 0, pauseAt: null, objectives };
      await writeJobs(cwd, { trial: { ...trial, flags: { seed: 4 } } });
      const end = await forge(['job', 'jobs.jsonl', '0'], { cwd });
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      const own = join(cwd, 'results/lr/1');
      for (const name of ['parameters.safetensors', 'state.safetensors']) {
        const bytes = (folder: string) => readFile(join(folder, 'checkpoints/3', name));
        expect((await bytes(own)).equals(await bytes(run)), name).to.equal(true);
      }
    }));

  it('says in one line which job there is not, and what a worker needs', () =>
    inProject(async (cwd) => {
      await writeJobs(cwd, training('--steps', '3'), { train: { argv: [] }, attempt: -1 });
      const errorOf = async (...words: string[]) => {
        const { status, stderr } = await forge(['job', ...words], { cwd });
        expect(status, stderr).to.equal(2);
        return stderr.split('\n')[0];
      };
      expect(await errorOf('jobs.jsonl', '7')).to.equal('Error: There is no job 7 in jobs.jsonl.');
      expect(await errorOf('jobs.jsonl', '1')).to.equal('Error: jobs.jsonl, line 2, has an invalid "attempt".');
      expect(await errorOf('jobs.jsonl', 'x')).to.match(/needs a file of jobs, and the index/);
      expect(await errorOf()).to.match(/needs a file of jobs, and the index/);
      expect(await errorOf('--worker')).to.match(/--worker needs a parent process/);
    }));

  for (const [answer, status] of [
    ['requeued', 0],
    ['cancelled', 140],
  ] as const) {
    it(`saves at the launcher's own signal, and ends with ${status} where it is ${answer}`, () =>
      inProject(async (cwd) => {
        await installPlugin(cwd, {
          name: 'forge-cluster',
          forge: { launchers: ['cluster'], flags: ['answer'] },
          module: cluster,
        });
        const launcher = { name: 'cluster', flags: { answer } };
        const argv = ['--steps', '400', '--ms-per-step', '5', '--save-every', '100'];
        await writeJobs(cwd, { ...training(...argv), launcher });
        const started = startForge(['job', 'jobs.jsonl', '0'], { cwd });
        await started.said(/saved /);
        started.child.kill('SIGUSR2');
        // A cluster sends more on the way to the end.
        await started.said(/Stopping after this step and saving, because of SIGUSR2\./);
        started.child.kill('SIGTERM');
        const end = await started.finished;
        expect([end.status, end.stderr]).to.deep.equal([status, '']);
        expect(await readFile(join(cwd, 'interrupted.log'), 'utf8')).to.equal('SIGUSR2\n');
        const { result } = await recordOf(cwd);
        expect(result!.status).to.equal('interrupted');
        expect(result!.again).to.equal(answer === 'cancelled' ? undefined : answer);
        const again = await forge(['job', 'jobs.jsonl', '0'], { cwd, env: { RESTARTS: '1' } });
        expect(again.status, again.stderr).to.equal(0);
        expect(again.stdout).to.include(`resumed at step ${result!.step}`);
        const after = await recordOf(cwd);
        expect([after.restart, after.run!.number, after.result!.status]).to.deep.equal([1, 1, 'completed']);
        expect(after.result!.step).to.equal(400);
      })).timeout(60_000);
  }

  describe('--worker', () => {
    const startWorker = (cwd: string): ChildProcess =>
      spawn(process.execPath, [bin, 'job', '--worker'], {
        cwd,
        env: { ...cleanEnvironment(), XDG_DATA_HOME: join(cwd, '.data') },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
    interface Answer {
      readonly id: string;
      readonly status: number;
      readonly result: { readonly status: string; readonly reason: string | null };
      readonly error?: { readonly code: string };
    }
    const answers = (worker: ChildProcess, count: number) =>
      new Promise<Answer[]>((resolve) => {
        const got: Answer[] = [];
        worker.on('message', (answer) => {
          got.push(answer as Answer);
          if (got.length === count) resolve(got);
        });
      });

    it('does the jobs that its parent sends, stops one that is cancelled, and ends with its parent', () =>
      inProject(async (cwd) => {
        const file = join(cwd, 'jobs.jsonl');
        const slow = training('--steps', '4000', '--ms-per-step', '5');
        await writeJobs(
          cwd,
          training('--steps', '3'),
          training('--hiden', '1'),
          slow,
          training('--steps', '100', '--ms-per-step', '10'),
        );
        const worker = startWorker(cwd);
        let printed = '';
        worker.stdout!.on('data', (text) => {
          printed += String(text);
          if (!/^step \d+\/4000/m.test(printed)) return;
          printed = '';
          worker.send({ cancel: 'c' });
        });
        const got = answers(worker, 4);
        for (const [index, id] of ['a', 'b', 'c', 'd'].entries())
          worker.send({ id, file, index: id === 'd' ? 9 : index });
        expect(
          (await got).map(({ id, status, result, error }) => [id, status, result?.status ?? error?.code]),
        ).to.deep.equal([
          ['a', 0, 'completed'],
          ['b', 1, 'refused'],
          ['c', 0, 'interrupted'],
          ['d', 1, 'USAGE'],
        ]);
        expect((await recordOf(cwd, 2)).result).to.deep.include({ status: 'interrupted', reason: 'cancelled' });
        worker.send({ id: 'e', file, index: 3 });
        while (!(await readdir(join(cwd, 'results/line'))).includes('3'))
          await new Promise((resolve) => setTimeout(resolve, 20));
        const exit = once(worker, 'exit');
        worker.disconnect();
        expect((await exit)[0]).to.equal(0);
        expect((await recordOf(cwd, 3)).result).to.deep.include({ status: 'completed', step: 100 });
      })).timeout(60_000);

    it('ends after a signal, with the job saved', () =>
      inProject(async (cwd) => {
        await writeJobs(cwd, training('--steps', '4000', '--ms-per-step', '5'));
        const worker = startWorker(cwd);
        let printed = '';
        const started = new Promise<void>((resolve) => {
          worker.stdout!.on('data', (text) => {
            printed += String(text);
            if (/^step \d+\/4000/m.test(printed)) resolve();
          });
        });
        const got = answers(worker, 1);
        worker.send({ id: 'a', file: join(cwd, 'jobs.jsonl'), index: 0 });
        await started;
        const exit = once(worker, 'exit');
        worker.kill('SIGTERM');
        const [answer] = await got;
        expect([answer!.status, answer!.result.status, answer!.result.reason]).to.deep.equal([
          143,
          'interrupted',
          'SIGTERM',
        ]);
        expect((await exit)[0]).to.equal(0);
      })).timeout(60_000);
  });
});
