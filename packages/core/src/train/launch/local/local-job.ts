import type { JobBatch, JobState } from '../job-launcher.js';
import { JobOutput } from './job-output.js';

/** How a job ended. */
export type JobEnd = Pick<JobState, 'status' | 'reason'>;

/** What can be done to a running job. */
export interface RunningJob {
  /** Requests a graceful stop. */
  stop(): void;
  kill(): void;
}

/** A job that this process submitted. */
export class LocalJob {
  readonly output = new JobOutput();
  /** Resolves at its end. */
  readonly ended: Promise<JobEnd>;
  /** Set while it runs. */
  running: RunningJob | undefined;
  #end: JobEnd | undefined;
  #resolve!: (end: JobEnd) => void;

  constructor(
    readonly number: number,
    readonly batch: JobBatch,
    readonly index: number,
  ) {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get state(): JobState {
    if (this.#end !== undefined) return { state: 'ended', ...this.#end };
    return { state: this.running === undefined ? 'pending' : 'running', status: null, reason: null };
  }

  end(end: JobEnd): void {
    this.#end = end;
    this.running = undefined;
    this.#resolve(end);
  }
}
