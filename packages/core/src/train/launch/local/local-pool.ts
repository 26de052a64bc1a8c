import { currentProcess, processOf } from '../../../run/record/host-info.js';
import { type JobBatch, type JobLauncher, type JobState, jobLauncherPort } from '../job-launcher.js';
import type { Launched } from '../launcher.js';
import { Announcer } from './announcer.js';
import { readIds, writeIds } from './batch-ids.js';
import { formatJobId } from './job-id.js';
import { type Assigned, JobQueue } from './job-queue.js';
import { LocalJob } from './local-job.js';
import { attachToOther, cancelOther, stateOfOther } from './other-process.js';

/** The output of so many ended jobs is kept. */
const keptOutputs = 64;

/** Numbers the jobs of this process. */
let jobs = 0;

/**
 * Runs jobs on this machine, several at once. Jobs of Forge (`… job FILE INDEX`) are done by processes that are reused
 * (`… job --worker`); others have a process each. If the process that submitted them ends, running jobs are finished.
 */
export class LocalPool implements JobLauncher {
  readonly port = jobLauncherPort;
  readonly #queue: JobQueue;
  readonly #jobs = new Map<string, LocalJob>();
  readonly #announcer = new Announcer();
  /** Ended jobs whose output is kept. */
  #withOutput: LocalJob[] = [];

  constructor(readonly slots: number) {
    this.#queue = new JobQueue(slots, (job) => this.#ended(job));
  }

  async submit(batch: JobBatch): Promise<readonly string[]> {
    const submitted = Array.from({ length: batch.count }, (_, index) => new LocalJob(++jobs, batch, index));
    const assigned = this.#queue.add(submitted);
    try {
      await Promise.all(assigned.map(({ child }) => child.started));
    } catch (error) {
      this.#queue.remove(submitted);
      for (const { child, begin } of assigned) {
        child.kill();
        begin();
      }
      throw error;
    }
    const ids = submitted.map((job) => idOf(job, assigned));
    submitted.forEach((job, index) => void this.#jobs.set(ids[index]!, job));
    // Before the first job begins, so that `find` knows all that have.
    writeIds(batch, ids);
    for (const { begin } of assigned) begin();
    return ids;
  }

  async find(batch: Pick<JobBatch, 'name' | 'folder' | 'count'>): Promise<readonly string[] | null> {
    return readIds(batch);
  }

  async query(ids: readonly string[]): Promise<readonly JobState[]> {
    return ids.map((id) => this.#jobs.get(id)?.state ?? stateOfOther(id));
  }

  async cancel(ids: readonly string[], { now = false }: { readonly now?: boolean } = {}): Promise<void> {
    for (const id of ids) {
      const job = this.#jobs.get(id);
      if (job === undefined) cancelOther(id, now);
      else if (job.running !== undefined) job.running[now ? 'kill' : 'stop']();
      else this.#queue.remove([job]);
    }
  }

  async attach(id: string, output: Parameters<JobLauncher['attach']>[1]): Promise<Launched> {
    const job = this.#jobs.get(id);
    if (job === undefined) return attachToOther(id);
    job.output.follow(output);
    let cancelled = false;
    return {
      id,
      wait: async () => (await job.ended).status ?? 1,
      cancel: async () => {
        await this.cancel([id], { now: cancelled });
        cancelled = true;
      },
    };
  }

  changed(signal: AbortSignal): Promise<void> {
    return this.#announcer.next(signal);
  }

  close(): void {
    this.#queue.close();
  }

  #ended(job: LocalJob): void {
    this.#withOutput.push(job);
    if (this.#withOutput.length > keptOutputs) this.#withOutput.shift()!.output.clear();
    this.#announcer.announce();
  }
}

function idOf(job: LocalJob, assigned: readonly Assigned[]): string {
  const pid = assigned.find((other) => other.job === job)?.child.process.pid;
  const { number } = job;
  if (pid === undefined) return formatJobId({ process: currentProcess(), waits: true, number });
  return formatJobId({ process: processOf(pid), waits: false, number });
}
