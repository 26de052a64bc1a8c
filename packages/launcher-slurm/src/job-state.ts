import type { JobState } from '@forge-ml/core/plugin';
import type { SlurmJob } from './job-table.js';

const waiting = /^(PENDING|REQUEUED?|REQUEUE_FED|REQUEUE_HOLD|SPECIAL_EXIT|RESV_DEL_HOLD|SUSPENDED|STOPPED)$/;
const running = /^(RUNNING|CONFIGURING|COMPLETING|RESIZING|SIGNALING|STAGE_OUT)$/;

/** Ends that Slurm gives a name, in words. */
const ends: Readonly<Record<string, string>> = {
  TIMEOUT: 'time limit reached',
  OUT_OF_MEMORY: 'out of memory',
  PREEMPTED: 'preempted',
  CANCELLED: 'cancelled',
  DEADLINE: 'deadline reached',
  REVOKED: 'moved to another cluster',
};

/** Reasons for which a job waits until a user changes something. */
const forGood: Readonly<Record<string, string>> = {
  JobHeldUser: 'held; `scontrol release` starts it',
  JobHeldAdmin: 'held by an administrator',
  PartitionTimeLimit: 'its time limit is above that of the partition',
  PartitionNodeLimit: 'it needs more nodes than the partition has',
  PartitionDown: 'the partition is down',
  DependencyNeverSatisfied: 'it waits for a job that failed',
};

export const isWaiting = ({ state }: SlurmJob): boolean => waiting.test(state);
export const isRunning = ({ state }: SlurmJob): boolean => running.test(state);

/** What Forge knows of a job from what Slurm says. */
export function jobState(job: SlurmJob): JobState {
  const { state, status, reason, nodes } = job;
  if (isWaiting(job)) {
    const words = forGood[reason];
    const shown = words === undefined ? reason : `${reason}: ${words}`;
    return { state: 'pending', status: null, reason: shown === '' ? state : `${state} (${shown})` };
  }
  // A job that is about to be requeued is completing, too.
  if (isRunning(job)) return { state: 'running', status: null, reason: state === 'RUNNING' ? null : state };
  if (state === 'COMPLETED') return { state: 'ended', status: 0, reason: null };
  return {
    state: 'ended',
    status: state === 'FAILED' || status > 0 ? status : null,
    reason: reasonOf(state, status, nodes),
  };
}

function reasonOf(state: string, status: number, nodes: string): string {
  if (state === 'NODE_FAIL') return nodes === '' ? 'a node failed' : `node ${nodes} failed`;
  if (state === 'BOOT_FAIL') return nodes === '' ? 'a node did not start' : `node ${nodes} did not start`;
  if (state === 'FAILED') return status > 128 ? `ended by signal ${status - 128}` : `exit status ${status}`;
  return ends[state] ?? state;
}
