import { replacedBy } from './job-table.js';
import { slurm } from './slurm-command.js';

/** What Slurm says of the job that this process is in. */
export interface OwnJob {
  /** `5_3`: that of the array's task. */
  readonly id: string;
  readonly replaces: string | null;
  /** How often it was requeued. */
  readonly requeues: number;
  /** Its time limit ends it. */
  readonly isOverTime: boolean;
  /** A user, or an administrator, ends it. */
  readonly isCancelled: boolean;
  /** When its time is over, in seconds of Unix time. */
  readonly end: number | null;
}

/** Null where Slurm does not know the job, or this process is in none. */
export async function showOwnJob(env: NodeJS.ProcessEnv): Promise<OwnJob | null> {
  const { SLURM_JOB_ID: number, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = env;
  if (number === undefined) return null;
  const { ok, output } = await slurm('scontrol', ['show', 'job', '--oneliner', number]);
  if (!ok) return null;
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(output)?.[1];
  const isOverTime = field('Reason') === 'TimeLimit' || field('JobState') === 'TIMEOUT';
  const isPreempted = Number(field('PreemptTime') ?? 0) > 0 || field('JobState') === 'PREEMPTED';
  const end = Number(field('EndTime'));
  return {
    id: array === undefined ? number : `${array}_${task}`,
    replaces: replacedBy(field('Comment') ?? ''),
    requeues: Number(field('Restarts') ?? 0),
    isOverTime,
    // A job that Slurm ends is COMPLETING, whatever the cause. One that only got a signal is RUNNING.
    isCancelled: !isOverTime && !isPreempted && field('JobState') !== 'RUNNING',
    end: Number.isFinite(end) ? end : null,
  };
}
