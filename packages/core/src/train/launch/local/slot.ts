import { setImmediate as nextTurn } from 'node:timers/promises';
import { Child } from './child.js';
import type { JobEnd, LocalJob } from './local-job.js';
import { type FromWorker, type ToWorker, workerOf } from './worker-messages.js';

/** A new process replaces a worker after so many jobs, so that what leaks in each does not add up. */
const mostJobs = 500;

/** A process of the pool. */
interface SlotProcess {
  readonly child: Child;
  /** Equal for jobs that a worker can do; undefined for a process that does one job. */
  readonly key: string | undefined;
  jobs: number;
}

/** One of the places of the pool: it does one job at a time, in a process that is reused where possible. */
export class Slot {
  #process: SlotProcess | undefined;
  #job: LocalJob | undefined;
  #closing = false;

  /** @param shares the variables that share out cores and GPUs */
  constructor(private readonly shares: Readonly<Record<string, string>>) {}

  /** Takes a job: it has its process. A worker does nothing before `begin`. */
  assign(job: LocalJob): Child {
    const words = workerOf(job.batch.command)?.words;
    const key = words === undefined ? undefined : JSON.stringify([words, job.batch.directory, job.batch.env]);
    const reused = key !== undefined && this.#process?.key === key && !this.#process.child.hasEnded;
    if (!reused) {
      this.#release();
      this.#process = { child: this.#open(job, words), key, jobs: 0 };
    }
    const { child } = this.#process!;
    this.#process!.jobs++;
    this.#job = job;
    child.hold(!this.#closing);
    job.running = {
      stop: () => (key === undefined ? child.signal('SIGTERM') : child.send({ cancel: idOf(job) } satisfies ToWorker)),
      kill: () => child.kill(),
    };
    return child;
  }

  /** Does the job that was assigned. @returns how it ended */
  async begin(): Promise<JobEnd> {
    const { child, key } = this.#process!;
    const job = this.#job!;
    const end = await (key === undefined ? child.ended : Promise.race([child.ended, this.#answer(child, job)]));
    this.#job = undefined;
    if (child.hasEnded || this.#closing || this.#process!.jobs >= mostJobs) this.#release();
    else child.hold(false);
    return end;
  }

  /** Its process ends once it has nothing to do. */
  close(): void {
    this.#closing = true;
    if (this.#job === undefined) this.#release();
    else this.#process?.child.hold(false);
  }

  #open(job: LocalJob, words: readonly string[] | undefined): Child {
    const { command, directory, env } = job.batch;
    return new Child(
      words ?? [...command, String(job.index)],
      { directory, env: { ...process.env, ...this.shares, ...env }, ipc: words !== undefined },
      (bytes, stream) => this.#job?.output.write(bytes, stream),
    );
  }

  /** Sends the job to a worker, and waits for its answer. */
  async #answer(child: Child, job: LocalJob): Promise<JobEnd> {
    const id = idOf(job);
    const answer = child.answer((message) => (message as FromWorker).id === id);
    child.send({ id, file: workerOf(job.batch.command)!.file, index: job.index } satisfies ToWorker);
    const { status, error } = (await answer) as FromWorker;
    // What it printed before its answer is in the pipe, and is read within this turn or the next one.
    await nextTurn();
    await nextTurn();
    return { status, reason: error?.message ?? null };
  }

  /** Lets a worker end by itself. */
  #release(): void {
    this.#process?.child.disconnect();
    this.#process?.child.hold(false);
    this.#process = undefined;
  }
}

const idOf = ({ number }: LocalJob) => String(number);
