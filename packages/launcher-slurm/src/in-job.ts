import type { JobControl } from '@forge-ml/core/plugin';
import { scriptVariable, startsVariable, warning } from './batch-script.js';
import type { SlurmFlags } from './flags.js';
import { commentFor } from './job-table.js';
import { type OwnJob, showOwnJob } from './own-job.js';
import { sbatchOptions } from './sbatch-options.js';
import { lastLine, slurm } from './slurm-command.js';
import { sbatch } from './submit.js';

/** The launcher's part inside a job of Slurm. @param env the job's environment */
export function jobControl(flags: SlurmFlags, env: NodeJS.ProcessEnv): JobControl {
  const requeues = Number(env.SLURM_RESTART_COUNT ?? 0);
  const restart = Number(env[startsVariable] ?? 0) + requeues;
  return {
    restart,
    signals: [warning],
    async interrupted(signal) {
      const job = await showOwnJob(env);
      const say = (what: string) => process.stderr.write(`slurm: ${causeOf(signal, job, flags.grace)}; ${what}\n`);
      // Slurm or an administrator requeued it: this process ends; or it went on after its node was lost, and is the old one.
      if (job !== null && job.requeues > requeues) return 'requeued';
      if (job === null || job.isCancelled) {
        say('the job is cancelled');
        return 'cancelled';
      }
      const { ok, complaint } = await slurm('scontrol', ['requeue', job.id]);
      if (ok) {
        say(`job ${job.id} is requeued`);
        return 'requeued';
      }
      const number = await resubmit(job, restart + 1, flags, env);
      say(`job ${job.id} could not be requeued (${lastLine(complaint)}): job ${number} goes on`);
      return 'resubmitted';
    },
  };
}

function causeOf(signal: NodeJS.Signals, job: OwnJob | null, grace: number): string {
  if (signal === warning || job?.isOverTime === true) return 'before the time limit';
  const left = job === null || job.end === null ? Number.POSITIVE_INFINITY : job.end - Date.now() / 1000;
  return left <= grace ? 'before the time limit' : 'preempted';
}

/** Submits the script again, for this index alone. @returns the new job's number */
async function resubmit(job: OwnJob, starts: number, flags: SlurmFlags, env: NodeJS.ProcessEnv): Promise<string> {
  const task = env.SLURM_ARRAY_TASK_ID ?? '0';
  const words = [`--array=${task}`, `--comment=${commentFor(job.replaces ?? job.id)}`];
  return sbatch([...words, env[scriptVariable] ?? '', String(starts)], sbatchOptions(flags), process.cwd());
}
