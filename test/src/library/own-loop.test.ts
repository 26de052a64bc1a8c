import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from '../cli/folder.js';

const script = fileURLToPath(new URL('./own-loop.js', import.meta.url));
const limits = ['--steps', '23', '--save-every', '5', '--report-every', '3', '--eval-every', '7', '--keep', 'all'];

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script in a folder. @param onStep called with each step that it reports */
function runScript(
  cwd: string,
  flags: readonly string[],
  onStep: (step: number, child: ChildProcess) => void = () => undefined,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...flags], { cwd, env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const [, step] of text.matchAll(/^step (\d+)$/gm)) onStep(Number(step), child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr })));
}

const runFolder = (cwd: string) => join(cwd, 'results/own/1');
const recordOf = async (cwd: string) => JSON.parse(await readFile(join(runFolder(cwd), 'run.json'), 'utf8'));
const savedIn = async (cwd: string) =>
  (await readdir(join(runFolder(cwd), 'checkpoints'))).map(Number).sort((a, b) => a - b);

/** Metrics but for the time of day, and the bytes of the last checkpoint's tensors. */
async function essenceOf(cwd: string): Promise<unknown> {
  const folder = runFolder(cwd);
  const bytes = (name: string) => readFile(join(folder, 'checkpoints/23', name), 'hex');
  const metrics = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).replace(/"time":[\d.]+,/g, '');
  return [metrics, await bytes('parameters.safetensors'), await bytes('state.safetensors')];
}

describe('a script with a loop over run.steps', function () {
  this.timeout(60_000);
  let expected: unknown;

  before(() =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { status, stdout, stderr } = await runScript(cwd, limits);
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/\ncompleted at step 23\n$/);
      expected = await essenceOf(cwd);
    }),
  );

  const inProject = (work: (cwd: string) => Promise<void>) =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      await work(cwd);
    });

  async function expectSameAfterResume(cwd: string): Promise<void> {
    const { status, stderr } = await runScript(cwd, ['--resume', 'own', '--by', 'none', '--override']);
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(await essenceOf(cwd)).to.deep.equal(expected);
  }

  for (const at of [1, 6, 14, 22]) {
    it(`killed at step ${at}, it is resumed to the bits and metrics of an uninterrupted run`, () =>
      inProject(async (cwd) => {
        const { status } = await runScript(cwd, [...limits, '--by', 'kill', '--at', String(at)]);
        expect(status).to.equal(null);
        await expectSameAfterResume(cwd);
      }));
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`at ${signal} it finishes the step, saves, runs what comes after the loop, and is resumed exactly`, () =>
      inProject(async (cwd) => {
        const slow = [...limits, '--ms-per-step', '50'];
        const { status, stdout, stderr } = await runScript(
          cwd,
          slow,
          (step, child) => step === 8 && child.kill(signal),
        );
        expect([status, stderr]).to.deep.equal([0, '']);
        const step = Number(/\nstopped at step (\d+)\n$/.exec(stdout)?.[1]);
        expect(step).to.be.within(8, 12);
        expect(await recordOf(cwd)).to.include({ status: 'stopped', reason: signal, step });
        expect((await savedIn(cwd)).at(-1)).to.equal(step);
        await expectSameAfterResume(cwd);
      }));
  }

  it('ends at once at a second signal', () =>
    inProject(async (cwd) => {
      const slow = [...limits, '--ms-per-step', '3000'];
      const { status, stdout } = await runScript(cwd, slow, (step, child) => {
        if (step !== 1) return;
        // Both within the second step: before it, the first one would end the loop.
        setTimeout(() => child.kill('SIGINT'), 700);
        setTimeout(() => child.kill('SIGINT'), 1200);
      });
      expect(status).to.equal(130);
      expect(stdout).to.equal('step 1\n');
    }));

  for (const [env, reason] of [
    [{}, 'boom'],
    [{ CATCH: '1' }, 'The process ended with status 1 after the loop was left.'],
  ] as const) {
    it(`an error in the body saves the last finished step and fails the run: ${reason}`, () =>
      inProject(async (cwd) => {
        const { status } = await runScript(cwd, [...limits, '--by', 'throw', '--at', '8'], undefined, env);
        expect(status).to.equal(1);
        expect(await recordOf(cwd)).to.include({ status: 'failed', reason, step: 8 });
        expect(await savedIn(cwd)).to.deep.equal([5, 8]);
        await expectSameAfterResume(cwd);
      }));
  }

  it('process.exit in the body fails the run, and says where', () =>
    inProject(async (cwd) => {
      // The exit does not wait for a checkpoint that is written in the background.
      const { status } = await runScript(cwd, [...limits, '--by', 'exit', '--at', '8', '--save-mode', 'sync']);
      expect(status).to.equal(7);
      const { status: ended, reason } = await recordOf(cwd);
      expect([ended, reason]).to.deep.equal([
        'failed',
        'The process ended with status 7 in step 8: process.exit was called.',
      ]);
      await expectSameAfterResume(cwd);
    }));

  it('a body that never ends fails the run, and says so', () =>
    inProject(async (cwd) => {
      const { status } = await runScript(cwd, [...limits, '--by', 'hang', '--at', '8']);
      expect(status).to.be.greaterThan(0);
      const { status: ended, reason } = await recordOf(cwd);
      expect([ended, reason]).to.deep.equal(['failed', 'The body of the loop never finished step 8.']);
      await expectSameAfterResume(cwd);
    }));
});
