import type { Job, JobRecord } from '../../jobs/job.js';
import type { JobBatch, JobLauncher } from '../../train/launch/job-launcher.js';
import type { JournalEvent } from '../record/journal-event.js';
import type { SweepRequestMessage } from './sweep-requests.js';

/** What a controller works with. */
export interface SweepPorts {
  readonly launcher: JobLauncher;
  readonly storage: SweepStorage;
  readonly clock: Clock;
  /** What is the same in every batch. The jobs file is appended to the command. */
  readonly batch: Pick<JobBatch, 'command' | 'directory' | 'env'>;
  /** The seed of run 0 of each trial. */
  readonly seed: number;
}

/** The files of a sweep, as the controller uses them. */
export interface SweepStorage {
  /** The sweep's folder, absolute. */
  readonly folder: string;
  /** The folder of the launcher's files. */
  readonly jobsFolder: string;
  /** Appends to the journal. @throws ForgeError RUN_LOCKED when another process controls the sweep now; FILE_SYSTEM */
  append(events: readonly JournalEvent[], options: { readonly sync: boolean }): Promise<void>;
  /** Writes the jobs of a batch, or writes them again. @returns the file */
  writeJobs(batch: number, jobs: readonly Job[]): Promise<string>;
  jobsFile(batch: number): string;
  /** The record file of a run of a trial. */
  recordFile(trial: number, repeat: number): string;
  /** What a job has recorded; null where there is nothing, or nothing valid. */
  readRecord(trial: number, repeat: number): Promise<JobRecord | null>;
  /** Requests of other processes, the oldest first. */
  requests(): Promise<readonly SweepRequestMessage[]>;
  removeRequest(file: string): Promise<void>;
  /** Shows other hosts that the controller is alive. */
  beat(): Promise<void>;
  /** Removes all checkpoints of a run. @param run its number */
  removeCheckpoints(run: number): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after a time, or at once when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
};
