import { join } from 'node:path';
import type { JobBatch, JobControl, JobLauncher, JobState, Launched } from '@forge-ml/core/plugin';
import { attachTo } from './attach.js';
import { arrayParts, type ScriptSettings } from './batch-script.js';
import type { SlurmFlags } from './flags.js';
import { jobControl } from './in-job.js';
import { isRunning, isWaiting, jobState } from './job-state.js';
import { listAccounted, listJobs, type SlurmJob } from './job-table.js';
import { sbatchOptions } from './sbatch-options.js';
import { slurm } from './slurm-command.js';
import { largestArray, release, type SubmittedPart, submitBatch } from './submit.js';

/** Arguments of one call of scancel. */
const atOnce = 500;

/**
 * Jobs on a Slurm cluster: each batch is an array. The id of a job is `ARRAY_TASK`, and stays the same where the job was
 * submitted again.
 */
export class SlurmLauncher implements JobLauncher {
  readonly port = 2;
  readonly slots = null;
  readonly pollSeconds = 5;
  readonly #logs = new Map<string, string>();
  /** Cancelled before they started: Slurm keeps no record of such a task of an array. */
  readonly #cancelled = new Set<string>();

  constructor(private readonly flags: SlurmFlags) {}

  async submit(batch: JobBatch): Promise<string[]> {
    const parts = await submitBatch(batch, this.#settings(batch.throttle));
    return parts.flatMap((part) => this.#idsOf(part, batch.folder));
  }

  async find(batch: Pick<JobBatch, 'name' | 'folder' | 'count'>): Promise<string[] | null> {
    const parts = arrayParts(batch, await largestArray(batch.count));
    const found: SubmittedPart[] = [];
    let isHeld = false;
    for (const part of parts) {
      const jobs = await listJobs([`--name=${part.name}`]);
      const arrays = jobs.map((job) => Number((job.replaces ?? job.id).split('_')[0]));
      if (arrays.length > 0) found.push({ ...part, number: String(Math.min(...arrays)) });
      isHeld ||= jobs.some(({ reason }) => reason === 'JobHeldUser');
    }
    if (found.length === 0) return null;
    if (found.length < parts.length) {
      // The submission ended early: all that there is of it is held.
      await slurm(
        'scancel',
        found.map(({ number }) => number),
      );
      return null;
    }
    if (parts.length > 1 && isHeld) await release(found, sbatchOptions(this.flags));
    return found.flatMap((part) => this.#idsOf(part, batch.folder));
  }

  async query(ids: readonly string[]): Promise<JobState[]> {
    if (ids.length === 0) return [];
    const listed = currentJobs(await listJobs());
    const missing = ids.filter((id) => !listed.has(id));
    const accounted = missing.length === 0 ? new Map<string, SlurmJob>() : currentJobs(await listAccounted(missing));
    return ids.map((id) => {
      const job = listed.get(id) ?? accounted.get(id);
      if (job !== undefined) return jobState(job);
      if (this.#cancelled.has(id)) return { state: 'ended', status: null, reason: 'cancelled' };
      return { state: 'unknown', status: null, reason: null };
    });
  }

  /** Slurm ends a job that has not saved within the `KillWait` of the cluster (30 s by default). */
  async cancel(ids: readonly string[], options: { readonly now?: boolean } = {}): Promise<void> {
    const wanted = new Set(ids);
    const jobs = (await listJobs()).filter(
      (job) => wanted.has(job.replaces ?? job.id) && (isWaiting(job) || isRunning(job)),
    );
    for (let at = 0; at < jobs.length; at += atOnce) {
      const some = jobs.slice(at, at + atOnce);
      await slurm(
        'scancel',
        some.map(({ id }) => id),
      );
      for (const job of some.filter(isWaiting)) this.#cancelled.add(job.replaces ?? job.id);
      const running = some.filter(isRunning).map(({ id }) => id);
      if (options.now === true && running.length > 0) await slurm('scancel', ['--full', '--signal=KILL', ...running]);
    }
  }

  async attach(id: string, output: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void): Promise<Launched> {
    return attachTo(this, id, this.#logs.get(id), output);
  }

  inJob(): JobControl {
    return jobControl(this.flags, process.env);
  }

  #settings(throttle: number | null): ScriptSettings {
    const limits = [throttle, this.flags.throttle].filter((limit) => limit !== null);
    return {
      options: sbatchOptions(this.flags),
      throttle: limits.length === 0 ? null : Math.min(...limits),
      grace: this.flags.grace,
    };
  }

  #idsOf(part: SubmittedPart, folder: string): string[] {
    return Array.from({ length: part.count }, (_, task) => {
      const id = `${part.number}_${task}`;
      this.#logs.set(id, join(folder, `${part.name}-${task}.log`));
      return id;
    });
  }
}

/** By id. Of a job that was submitted again, the newest. */
function currentJobs(jobs: readonly SlurmJob[]): ReadonlyMap<string, SlurmJob> {
  const current = new Map<string, SlurmJob>();
  for (const job of jobs) {
    const id = job.replaces ?? job.id;
    const other = current.get(id);
    const isNewer =
      other === undefined || (job.replaces !== null && (other.replaces === null || job.number > other.number));
    if (isNewer) current.set(id, job);
  }
  return current;
}
