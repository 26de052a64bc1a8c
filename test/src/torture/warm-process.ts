import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TrainingOrder } from './training-process.js';
import { warmModule } from './warm-project.js';

export interface TrainingEnd {
  /** Steps that it said were saved, in that order. */
  readonly saved: readonly number[];
  readonly completed: boolean;
  /** The error that ended it; undefined where it was killed or came to its end. */
  readonly error: string | undefined;
  /** The signal that ended it. */
  readonly signal: string | null;
}

/** A process that has started already and waits for its order. */
export class WarmProcess {
  private readonly child: ChildProcess;
  private readonly ready: Promise<unknown>;
  private said = '';

  constructor() {
    this.child = fork(warmModule, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const early = once(this.child, 'exit').then(() => Promise.reject(new Error('a process ended before it was warm')));
    this.ready = Promise.race([once(this.child, 'message'), early]);
    // Whoever never needs it need not hear how it ended.
    this.ready.catch(() => undefined);
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** Resolves once it only waits for its order. */
  async warm(): Promise<void> {
    await this.ready;
  }

  /** @param killAfterMs how long after the order to kill it, where it shall be */
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

/** Keeps some processes warm ahead of need. */
export class WarmProcesses {
  private readonly waiting: WarmProcess[];

  /** To be made after the project: see `writeWarmProject`. */
  constructor(private readonly ahead: number) {
    this.waiting = Array.from({ length: ahead }, () => new WarmProcess());
  }

  take(): WarmProcess {
    const next = this.waiting.shift() ?? new WarmProcess();
    if (this.waiting.length < this.ahead) this.waiting.push(new WarmProcess());
    return next;
  }

  async discard(): Promise<void> {
    await Promise.all(this.waiting.splice(0).map((process) => process.discard()));
  }
}
