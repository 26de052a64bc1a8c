import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { ForgeError, type Launched, type Launcher, type LaunchRequest } from '@forge-ml/core/plugin';

/** Starts runs on this machine, behind everything else. In place of this comes your cluster's way to start a job. */
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
    let asked = false;
    return {
      id: `process ${child.pid}`,
      wait: () => ended,
      cancel() {
        // A run that is asked saves a checkpoint and ends; asked again, it is to end at once.
        child.kill(asked ? 'SIGKILL' : 'SIGTERM');
        asked = true;
      },
    };
  }
}

function started(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new ForgeError('USAGE', `${program} cannot be started: ${cause.message}`, { about: program, cause }));
    });
  });
}

/** Once it has ended and its output is read: `close`, not `exit`. */
function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}
