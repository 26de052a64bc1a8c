import { setTimeout as delay } from 'node:timers/promises';
import { ForgeError } from '../../../errors/forge-error.js';
import { isProcessAlive } from '../../../run/record/host-info.js';
import type { JobState } from '../job-launcher.js';
import type { Launched } from '../launcher.js';
import { parseJobId } from './job-id.js';

/** How often it is asked whether a process still runs, ms. */
const pollMs = 200;

/**
 * The state of a job that another process submitted. While that one lives, so does its job's process, which may do its
 * next job; without it, the process ends after its job.
 */
export function stateOfOther(id: string): JobState {
  const job = parseJobId(id);
  const alive = job !== undefined && job.process.pid !== process.pid && isProcessAlive(job.process) === true;
  if (!alive) return { state: 'unknown', status: null, reason: null };
  return { state: job.waits ? 'pending' : 'running', status: null, reason: null };
}

/** Stops it as a signal does: the process of the job ends too. Nothing happens if it has ended. */
export function cancelOther(id: string, now: boolean): void {
  const { state } = stateOfOther(id);
  const job = parseJobId(id)!;
  if (state === 'pending') {
    const hint = `Stop the process ${job.process.pid}, which submitted it.`;
    throw new ForgeError('USAGE', 'The job waits in another process, which alone can cancel it.', { about: id, hint });
  }
  if (state !== 'running') return;
  try {
    process.kill(now ? -job.process.pid : job.process.pid, now ? 'SIGKILL' : 'SIGTERM');
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits for its end; its output went to the process that submitted it. @throws ForgeError USAGE for an unknown id */
export function attachToOther(id: string): Launched {
  const unknown = (message: string) => new ForgeError('USAGE', message, { about: id });
  if (stateOfOther(id).state === 'unknown') throw unknown(`There is no job ${JSON.stringify(id)} on this machine.`);
  let cancelled = false;
  return {
    id,
    async wait() {
      while (stateOfOther(id).state !== 'unknown') await delay(pollMs);
      throw unknown('The job has ended. Its exit status is known only to the process that submitted it.');
    },
    cancel() {
      cancelOther(id, cancelled);
      cancelled = true;
    },
  };
}
