import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fsError } from '../../../fs/fs-error.js';
import type { Launched, LaunchRequest } from '../launcher.js';

/** Starts a process on this machine. It finishes its work even if the process that launched it is killed. */
export async function launchProcess({
  command: [program, ...words],
  directory,
  env,
  output,
}: LaunchRequest): Promise<Launched> {
  const child = spawn(program, words, {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a separate process group: Ctrl-C reaches only the launching process, which passes it on once.
    detached: true,
  });
  await once(child, 'spawn').catch((error: unknown) => {
    throw fsError(error, program, 'start');
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (bytes: Uint8Array) => output(bytes, stream));
  }
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let cancelled = false;
  return {
    id: `process ${child.pid}`,
    async wait() {
      const [status, signal] = await ended;
      return status ?? 128 + constants.signals[signal!];
    },
    cancel() {
      child.kill(cancelled ? 'SIGKILL' : 'SIGTERM');
      cancelled = true;
    },
  };
}
