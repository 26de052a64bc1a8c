import { execFileSync, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { cleanEnvironment } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const configs = '--backend toy --data-config data.ts --model-config model.ts --run-name line';
const limits = '--epochs 100000 --steps 150 --ms-per-step 20 --save-every 100000';

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function recordOf(cwd: string): Promise<{ status: string; reason: string | null; step: number; pid: number }> {
  const record = JSON.parse(await readFile(join(cwd, 'results', 'line', '1', 'run.json'), 'utf8'));
  return { ...record, pid: record.process.pid };
}

/** Waits until the run has done its first step. @returns its pid */
async function training(cwd: string): Promise<number> {
  while (!existsSync(join(cwd, 'results', 'line', '1', 'metrics.jsonl'))) await sleep(50);
  while (!/"step":1,/.test(await readFile(join(cwd, 'results', 'line', '1', 'metrics.jsonl'), 'utf8'))) await sleep(50);
  return (await recordOf(cwd)).pid;
}

async function ended(cwd: string): Promise<{ status: string; reason: string | null; step: number }> {
  for (;;) {
    const record = await recordOf(cwd);
    if (record.status !== 'running') return record;
    await sleep(100);
  }
}

/** A Python program that runs a command on a pseudo-terminal, and closes the terminal once its own stdin is closed. */
const onTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
import select
while True:
    ready, _, _ = select.select([terminal, 0], [], [], 30)
    if 0 in ready or not ready: break
    if terminal in ready: os.read(terminal, 65536)
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
`;

describe('SIGHUP', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  for (const [how, command] of [
    ['nohup', `nohup ${process.execPath} ${bin} train ${configs} ${limits}`],
    ['both outputs in a file', `exec ${process.execPath} ${bin} train ${configs} ${limits}`],
  ] as const) {
    it(`is ignored with ${how}: the run completes`, () =>
      inFolder(async (cwd) => {
        await writeToyProject(cwd);
        const log = openSync(join(cwd, 'log'), 'w');
        const child = spawn('sh', ['-c', command], { cwd, env: cleanEnvironment(), stdio: ['ignore', log, log] });
        const exit = new Promise((resolve) => child.once('exit', resolve));
        process.kill(await training(cwd), 'SIGHUP');
        expect(await exit).to.equal(0);
        expect(await ended(cwd)).to.include({ status: 'completed', step: 150 });
      }));
  }

  for (const [flag, env, status, exitStatus] of [
    ['', {}, 'stopped', 129],
    [' --on-hangup ignore', {}, 'completed', 0],
    ['', { FORGE_FLAG_ON_HANGUP: 'ignore' }, 'completed', 0],
    [' --on-hangup stop', { FORGE_FLAG_ON_HANGUP: 'ignore' }, 'stopped', 129],
  ] as const) {
    it(`of a terminal that is closed${flag} ${Object.entries(env)}: ${status}`, function () {
      if (!has('python3')) this.skip();
      return inFolder(async (cwd) => {
        await writeToyProject(cwd);
        const words = `train ${configs} ${limits}${flag}`.split(' ');
        const child = spawn('python3', ['-c', onTerminal, process.execPath, bin, ...words], {
          cwd,
          env: { ...cleanEnvironment(), ...env, TERM: 'xterm' },
          stdio: ['pipe', 'ignore', 'inherit'],
        });
        const exit = new Promise((resolve) => child.once('exit', resolve));
        await training(cwd);
        child.stdin.end();
        expect(await exit).to.equal(exitStatus);
        const record = await ended(cwd);
        expect(record.status).to.equal(status);
        if (status === 'stopped') expect(record.reason).to.equal('SIGHUP');
        expect(existsSync(join(cwd, 'results', 'line', '1', 'checkpoints', String(record.step)))).to.equal(true);
      });
    });
  }

  it('of a killed tmux session: the run is stopped and saved', function () {
    // Without tmux there is no session to kill; the test of the closed terminal covers the same signal.
    if (!has('tmux')) this.skip();
    return inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const tmux = (...words: string[]) =>
        execFileSync('tmux', ['-f', '/dev/null', '-S', join(cwd, 'tmux'), ...words], { cwd, env: cleanEnvironment() });
      const command = `exec ${process.execPath} ${bin} train ${configs} ${limits}`;
      tmux('new-session', '-d', '-c', cwd, command);
      await training(cwd);
      tmux('kill-server');
      expect(await ended(cwd)).to.include({ status: 'stopped', reason: 'SIGHUP' });
    });
  });
});
