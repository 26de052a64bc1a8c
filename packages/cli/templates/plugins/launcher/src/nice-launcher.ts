import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { ForgeError, type Launched, type Launcher, type LaunchRequest } from '@forge-ml/core/plugin';

/** Starts runs on this machine with a low priority. Replace this with the way your cluster starts a job. */
export class NiceLauncher implements Launcher {
  constructor(private readonly nice: number) {}

  async launch({ command, directory, env, output }: LaunchRequest): Promise<Launched> {
    const [program, ...words] = command;
    const child = spawn(program, words, {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (bytes: Uint8Array) => output(bytes, 'stdout'));
    child.stderr.on('data', (bytes: Uint8Array) => output(bytes, 'stderr'));
    const ended = statusOf(child);
    await started(child, program);
    setPriority(child.pid!, this.nice);
    let cancelled = false;
    return {
      id: `process ${child.pid}`,
      wait: () => ended,
      cancel() {
        // On SIGTERM a run saves a checkpoint and exits; a second call ends it at once.
        child.kill(cancelled ? 'SIGKILL' : 'SIGTERM');
        cancelled = true;
      },
    };
  }
}

function started(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new ForgeError('USAGE', `Cannot start ${program}: ${cause.message}`, { about: program, cause }));
    });
  });
}

/** Waits for `close` rather than `exit`, so that all output has been read. */
function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}
