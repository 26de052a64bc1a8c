import { checkOptions } from '../../errors/check-options.js';
import { isForgeError, messageOf } from '../../errors/forge-error.js';
import type { Job, JobResult } from '../../jobs/job.js';
import { readJob } from '../../jobs/read-job.js';
import type { JobControl, JobLauncher } from '../../train/launch/job-launcher.js';
import type { Launcher } from '../../train/launch/launcher.js';
import { ClaimedRecord } from './claimed-record.js';
import type { JobOptions, JobPlace, JobRunnerParts } from './job-options.js';
import { withoutRun } from './job-result.js';
import { SingleWork } from './single-work.js';
import { TrialWork } from './trial-work.js';

/** How often a job takes its run again from a process that had taken it back just before it noticed. */
const takes = 3;

/**
 * Does jobs, one at a time: trains the run of a job to its end, or to its next pause, and records how it ended. What
 * trials have in common (engine, packages, code) is prepared once for all of them.
 */
export class JobRunner implements AsyncDisposable {
  readonly #parts: JobRunnerParts;
  readonly #trials: TrialWork;
  readonly #single: SingleWork;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#trials = new TrialWork(parts.services.environment, parts.configs);
    this.#single = new SingleWork(parts);
  }

  /**
   * Does a job. A second call waits for the first.
   * @returns how it ended, as its record has it; `superseded` where a later attempt has replaced it
   * @throws ForgeError where the job cannot be read, or its record cannot be written; USAGE, RUN_INVALID, FILE_SYSTEM
   */
  run(place: JobPlace, options: JobOptions = {}): Promise<JobResult> {
    checkOptions(options, ['hooks', 'signal', 'stop', 'onRun', 'onControl'], { of: 'jobs.run(place, options)' });
    const done = this.#running.then(() => this.#do(place, options));
    this.#running = done.catch(() => undefined);
    return done;
  }

  /** Waits for the job that is being done, and disposes of the engine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
    await this.#trials.close();
  }

  async #do({ file, index }: JobPlace, options: JobOptions): Promise<JobResult> {
    const job = await readJob(file, index);
    const control = await this.#control(job);
    if (control !== null) options.onControl?.(control);
    const order = { attempt: job.attempt, restart: control?.restart ?? 0 };
    const record = await ClaimedRecord.claim(job.record, order);
    if (record === null) return superseded;
    if (record.result !== null) return record.result;
    try {
      const result = await this.#train(job, record, options);
      await record.end(result);
      const { stop } = options;
      if (result.status === 'interrupted' && stop?.signal !== undefined && control !== null) {
        const next = await control.interrupted(stop.signal);
        if (next === 'cancelled') return result;
        const again = { ...result, again: next };
        // The job may have started again, elsewhere: then the record is no longer this one's.
        await record.end(again).catch(() => undefined);
        return again;
      }
      return result;
    } catch (error) {
      if (isLocked(error) && (await record.isReplaced())) return superseded;
      throw error;
    }
  }

  async #train(job: Job, record: ClaimedRecord, options: JobOptions): Promise<JobResult> {
    for (let take = 1; ; take++) {
      try {
        return await (job.trial === undefined
          ? this.#single.train(job.train!, record, options)
          : this.#trials.train(job.trial, record, options));
      } catch (error) {
        if (isLocked(error)) {
          if ((await record.isReplaced()) || !record.takesOver || take === takes) throw error;
        } else {
          if (!isForgeError(error) || error.code !== 'STOPPED') return withoutRun('refused', messageOf(error));
          return withoutRun('interrupted', options.stop?.reason ?? messageOf(options.signal?.reason ?? error));
        }
      }
    }
  }

  async #control({ launcher }: Job): Promise<JobControl | null> {
    if (launcher === null) return null;
    const { make } = await this.#parts.services.launchers.find(launcher.name);
    const made: Launcher | JobLauncher = await make({ flags: launcher.flags as never });
    return 'inJob' in made && made.inJob !== undefined ? made.inJob() : null;
  }
}

const superseded = withoutRun('superseded', 'a later attempt has replaced this job');

function isLocked(error: unknown): boolean {
  return isForgeError(error) && error.code === 'RUN_LOCKED';
}
