import type { JobBatch } from '../job-launcher.js';
import type { Child } from './child.js';
import type { LocalJob } from './local-job.js';
import { Slot } from './slot.js';
import { slotEnvironment } from './slot-environment.js';

/** A job that has a process, and begins when it is started. */
export interface Assigned {
  readonly job: LocalJob;
  readonly child: Child;
  begin(): void;
}

/** Jobs wait here for a free slot, in the order of their submission, and within the throttle of their batch. */
export class JobQueue {
  readonly #slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #running = new Map<JobBatch, number>();
  #waiting: LocalJob[] = [];

  /** @param ended called once a job has ended */
  constructor(
    slots: number,
    private readonly ended: (job: LocalJob) => void,
  ) {
    this.#slots = Array.from({ length: slots }, (_, slot) => new Slot(slotEnvironment(slot, slots, process.env)));
    this.#free = [...this.#slots];
  }

  /** @returns those of all that can begin now */
  add(jobs: readonly LocalJob[]): Assigned[] {
    this.#waiting.push(...jobs);
    return this.#assign();
  }

  /** Ends jobs that have not started. */
  remove(jobs: readonly LocalJob[]): void {
    const removed = new Set(jobs);
    this.#waiting = this.#waiting.filter((job) => !removed.has(job));
    for (const job of jobs) this.#end(job, { status: null, reason: 'cancelled before it began' });
  }

  close(): void {
    for (const slot of this.#slots) slot.close();
  }

  #assign(): Assigned[] {
    const assigned: Assigned[] = [];
    this.#waiting = this.#waiting.filter((job) => {
      const { batch } = job;
      const running = this.#running.get(batch) ?? 0;
      if (this.#free.length === 0 || running >= (batch.throttle ?? Number.POSITIVE_INFINITY)) return true;
      const slot = this.#free.shift()!;
      this.#running.set(batch, running + 1);
      assigned.push({ job, child: slot.assign(job), begin: () => void this.#run(slot, job) });
      return false;
    });
    return assigned;
  }

  async #run(slot: Slot, job: LocalJob): Promise<void> {
    const end = await slot.begin();
    this.#free.unshift(slot);
    const left = this.#running.get(job.batch)! - 1;
    if (left > 0) this.#running.set(job.batch, left);
    else this.#running.delete(job.batch);
    this.#end(job, end);
    for (const { begin } of this.#assign()) begin();
  }

  #end(job: LocalJob, end: Parameters<LocalJob['end']>[0]): void {
    if (job.state.state === 'ended') return;
    job.end(end);
    this.ended(job);
  }
}
