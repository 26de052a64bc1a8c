import { setTimeout as sleep } from 'node:timers/promises';
import { ForgeError, isForgeError, type JobLauncher, type JobState, type Launched } from '@forge-ml/core/plugin';
import { FollowedLog } from './follow-log.js';
import { slurm } from './slurm-command.js';

type Output = (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void;

/**
 * Follows a job: its log, and its state.
 * @param log the path of its log, where known
 */
export function attachTo(
  launcher: Pick<JobLauncher, 'query' | 'cancel'> & { readonly pollSeconds: number },
  id: string,
  log: string | undefined,
  output: Output,
): Launched {
  let isCancelled = false;
  const ended = follow(launcher, id, log, output);
  // Observed by `wait`, which may be called later.
  ended.catch(() => {});
  return {
    id: `job ${id}`,
    wait: () => ended,
    async cancel() {
      const now = isCancelled;
      isCancelled = true;
      await launcher.cancel([id], { now });
    },
  };
}

async function follow(...[launcher, id, path, output]: Parameters<typeof attachTo>): Promise<number> {
  let log = path === undefined ? null : new FollowedLog(path);
  let seconds = 0.5;
  const passOn = async () => (await log?.read((bytes) => output(bytes, 'stdout'))) ?? 0;
  for (;;) {
    const state = await stateOf(launcher, id);
    if (log === null && state !== null && state.state !== 'pending') log = await logOf(id);
    if (state?.state === 'unknown') throw forgotten(id);
    if (state?.state === 'ended') {
      // A shared file system may show the last lines late.
      for (let bytes = 1; bytes > 0; ) {
        bytes = await passOn();
        if (bytes > 0) await sleep(1000);
      }
      return state.status ?? 1;
    }
    // A short job is seen to end soon, a long one costs the cluster little.
    seconds = Math.min(launcher.pollSeconds, seconds * 1.5);
    const next = Date.now() + seconds * 1000;
    while (Date.now() < next) {
      await passOn();
      await sleep(500);
    }
  }
}

/** Null while the cluster does not answer: the job may go on meanwhile. */
async function stateOf(launcher: Pick<JobLauncher, 'query'>, id: string): Promise<JobState | null> {
  try {
    return (await launcher.query([id]))[0]!;
  } catch (error) {
    if (isForgeError(error) && error.code === 'CLUSTER_UNAVAILABLE') return null;
    throw error;
  }
}

async function logOf(id: string): Promise<FollowedLog | null> {
  const { output } = await slurm('scontrol', ['show', 'job', id]);
  const path = /^\s*StdOut=(.+)$/m.exec(output)?.[1];
  return path === undefined ? null : new FollowedLog(path);
}

function forgotten(id: string): ForgeError {
  return new ForgeError('USAGE', `Slurm no longer knows job ${id}.`, {
    about: id,
    hint: 'It has ended; its log is in the folder of its script.',
  });
}
