import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fsError } from '../../../fs/fs-error.js';
import type { JobEnd } from './local-job.js';

/** How long output may come after the end of its process, which a process that it started may hold open, ms. */
const lastOutput = 500;

/** A process of the pool, in a process group of its own: Ctrl-C reaches only the process that submitted its jobs. */
export class Child {
  /** @throws ForgeError where the program cannot be started */
  readonly started: Promise<void>;
  /** Resolves once it has ended and its output was passed on. */
  readonly ended: Promise<JobEnd>;
  readonly process: ChildProcess;
  hasEnded = false;

  /** @param output is given what it writes */
  constructor(
    command: readonly string[],
    options: { readonly directory: string; readonly env: NodeJS.ProcessEnv; readonly ipc: boolean },
    output: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void,
  ) {
    const [program, ...words] = command as [string, ...string[]];
    const child = spawn(program, words, {
      cwd: options.directory,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
      detached: true,
    });
    this.process = child;
    this.started = once(child, 'spawn').then(
      () => undefined,
      (error: unknown) => {
        throw fsError(error, program, 'start');
      },
    );
    this.started.catch(() => undefined);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]!.on('data', (bytes: Uint8Array) => output(bytes, stream));
    }
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        // Not started. An error of a message to a process that ends is reported by its end.
        if (child.pid !== undefined) return;
        this.hasEnded = true;
        resolve({ status: null, reason: error.message });
      });
      child.once('exit', (status, signal) => {
        this.hasEnded = true;
        const end = {
          status: status ?? 128 + constants.signals[signal!],
          reason: signal === null ? null : `killed by ${signal}`,
        };
        const late = setTimeout(() => resolve(end), lastOutput);
        child.once('close', () => {
          clearTimeout(late);
          resolve(end);
        });
      });
    });
  }

  send(message: object): void {
    // Where it has ended, `ended` tells.
    if (this.process.connected) this.process.send(message, () => undefined);
  }

  /** The next message that is the one. */
  answer(is: (message: unknown) => boolean): Promise<unknown> {
    return new Promise((resolve) => {
      const listen = (message: unknown) => {
        if (!is(message)) return;
        this.process.off('message', listen);
        resolve(message);
      };
      this.process.on('message', listen);
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Tells it that no message follows. */
  disconnect(): void {
    if (this.process.connected) this.process.disconnect();
  }

  /** Ends it at once, and the processes that it started. */
  kill(): void {
    try {
      process.kill(-this.process.pid!, 'SIGKILL');
    } catch {
      this.process.kill('SIGKILL');
    }
  }

  /** Whether this process stays alive for it. */
  hold(held: boolean): void {
    const { process: child } = this;
    for (const handle of [child, child.channel, child.stdout, child.stderr]) {
      (handle as { ref?(): void; unref?(): void } | null)?.[held ? 'ref' : 'unref']?.();
    }
  }
}
