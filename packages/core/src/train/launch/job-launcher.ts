import type { Launched } from './launcher.js';

/** The version of the interface for launchers of many jobs. */
export const jobLauncherPort = 2;

/**
 * Starts batches of jobs, on this machine or on a cluster. Jobs go on when the process that submitted them ends; another
 * process asks for them by id.
 */
export interface JobLauncher {
  readonly port: typeof jobLauncherPort;
  /** How many jobs it runs at once; null where the cluster decides. */
  readonly slots: number | null;
  /**
   * Starts each job of a batch, or queues it.
   * @returns an id for each, in order
   * @throws ForgeError where nothing was started: a partition that does not exist, a cluster that is down
   */
  submit(batch: JobBatch): Promise<readonly string[]>;
  /**
   * The ids of a batch whose `submit` was interrupted; null if none of it was started.
   * A launcher whose jobs end together with the process that submitted them returns null.
   */
  find(batch: Pick<JobBatch, 'name' | 'folder' | 'count'>): Promise<readonly string[] | null>;
  /** The state of each job, in order. */
  query(ids: readonly string[]): Promise<readonly JobState[]>;
  /** Requests a graceful stop: a run saves a checkpoint first. `now` ends the jobs at once. */
  cancel(ids: readonly string[], options?: { readonly now?: boolean }): Promise<void>;
  /** Follows one job: passes on its output from the start, as it is written, and waits for its end. */
  attach(id: string, output: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void): Promise<Launched>;
  /** Resolves when a job may have changed its state. Without it, `query` is called every `pollSeconds`. */
  changed?(signal: AbortSignal): Promise<void>;
  /** Default: 5. */
  readonly pollSeconds?: number;
  /** What it does inside a job that it started; without it, a signal that stops a job ends it. */
  inJob?(): JobControl | Promise<JobControl>;
  /** Called once nothing more is submitted. Running jobs go on. */
  close?(): void | Promise<void>;
}

/** Jobs that are started with the same command, each with its index (from 0) appended. */
export interface JobBatch {
  /** Names the batch in lists of jobs, uniquely: `digits-sweep-3f2a-12`. Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** A folder for the launcher's files of this batch, scripts and logs; it exists. Absolute, shared by all machines. */
  readonly folder: string;
  /** The program and its arguments; the index of the job follows. It stops gracefully on SIGTERM. */
  readonly command: readonly [program: string, ...words: string[]];
  readonly count: number;
  /** At most this many of the batch at once; null for no limit. */
  readonly throttle: number | null;
  /** The folder to start them in, absolute. */
  readonly directory: string;
  /** Environment variables, in addition to those that the launcher's processes have anyway. */
  readonly env: Readonly<Record<string, string>>;
}

export interface JobState {
  /** `ended`: it will not run again by itself. `unknown`: the launcher no longer knows it, so it has ended. */
  readonly state: 'pending' | 'running' | 'ended' | 'unknown';
  /** Its exit status, 128 plus the number of the signal that ended it, or null. */
  readonly status: number | null;
  /** In words, where known: `PENDING (Priority)`, `out of memory`, `node n2 failed`. */
  readonly reason: string | null;
}

/** The part of a launcher inside its own job. */
export interface JobControl {
  /** How often this job was started again: 0 at first. */
  readonly restart: number;
  /** Signals that announce the end of the job, besides SIGTERM. The run saves and stops. */
  readonly signals: readonly NodeJS.Signals[];
  /**
   * Called with the signal that stopped the run, once it was saved. Has the job started again where the launcher, not
   * the user, ended it.
   * @returns what happens next: the same job again, a new job, or nothing since it was cancelled
   */
  interrupted(signal: NodeJS.Signals): Promise<'requeued' | 'resubmitted' | 'cancelled'>;
}
