import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TrainingOrder } from './training-process.js';
import { warmModule } from './warm-project.js';

export interface TrainingEnd {
  /** The steps it reported as saved, in order. */
  readonly saved: readonly number[];
  readonly completed: boolean;
  /** The error that ended it; undefined if it was killed or completed. */
  readonly error: string | undefined;
  /** The signal that ended it. */
  readonly signal: string | null;
}

/** A process that has started and waits for its order. */
export class WarmProcess {
  private readonly child: ChildProcess;
  private readonly ready: Promise<unknown>;
  private said = '';

  /** @param module default: the one with the toy backend, which `writeWarmProject` writes */
  constructor(module = warmModule) {
    this.child = fork(module, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const early = once(this.child, 'exit').then(() =>
      Promise.reject(new Error('a process exited before it was ready')),
    );
    this.ready = Promise.race([once(this.child, 'message'), early]);
    // A process that is never used may end without an unhandled rejection.
    this.ready.catch(() => undefined);
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** Resolves once it waits for its order. */
  async warm(): Promise<void> {
    await this.ready;
  }

  /** @param killAfterMs when to kill it after the order. Default: never */
  async train(order: TrainingOrder, killAfterMs?: number): Promise<TrainingEnd> {
    await this.ready;
    const ended = once(this.child, 'close');
    this.child.send(order);
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => this.child.kill('SIGKILL'), killAfterMs);
    const [, signal] = (await ended) as [number | null, string | null];
    clearTimeout(timer);
    return {
      saved: [...this.said.matchAll(/^saved (\d+)$/gm)].map(([, step]) => Number(step)),
      completed: /^completed$/m.test(this.said),
      error: /^error (.*)$/m.exec(this.said)?.[1],
      signal,
    };
  }

  async discard(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** A pool of warm processes. */
export class WarmProcesses {
  private readonly waiting: WarmProcess[];

  /** Create it after the project: see `writeWarmProject`. */
  constructor(
    private readonly ahead: number,
    private readonly module = warmModule,
  ) {
    this.waiting = Array.from({ length: ahead }, () => new WarmProcess(module));
  }

  take(): WarmProcess {
    const next = this.waiting.shift() ?? new WarmProcess(this.module);
    if (this.waiting.length < this.ahead) this.waiting.push(new WarmProcess(this.module));
    return next;
  }

  async discard(): Promise<void> {
    await Promise.all(this.waiting.splice(0).map((process) => process.discard()));
  }
}
