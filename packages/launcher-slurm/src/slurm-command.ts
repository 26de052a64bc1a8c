import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForgeError } from '@forge-ml/core/plugin';
import { slurmEnvironment } from './slurm-environment.js';

export type SlurmProgram = 'sbatch' | 'squeue' | 'scancel' | 'scontrol' | 'sinfo' | 'sacct';

export interface SlurmAnswer {
  readonly ok: boolean;
  readonly output: string;
  /** What it wrote to stderr. */
  readonly complaint: string;
}

/**
 * Runs a program of Slurm.
 * @param options of sbatch: those in the script
 * @throws ForgeError CLUSTER_UNAVAILABLE where it is not installed, or where the cluster does not answer
 */
export async function slurm(
  program: SlurmProgram,
  words: readonly string[],
  directory?: string,
  options: readonly string[] = [],
): Promise<SlurmAnswer> {
  for (let tries = 3; ; tries--) {
    const answer = await execute(program, words, directory, options);
    // A signal to the job reaches the programs that it has just started, too. sbatch may have submitted already.
    if (answer.signal === null || program === 'sbatch' || tries === 1) return checked(program, answer);
    await sleep(200);
  }
}

interface Executed extends SlurmAnswer {
  readonly signal: string | null;
  readonly missing: boolean;
}

function execute(
  program: string,
  words: readonly string[],
  directory: string | undefined,
  inScript: readonly string[],
): Promise<Executed> {
  // Times in seconds, messages in English. sbatch passes its environment on to the job.
  const asked = program === 'sbatch' ? {} : { LC_ALL: 'C', SLURM_TIME_FORMAT: '%s' };
  const env = { ...slurmEnvironment(process.env, inScript), ...asked };
  const options = { env, maxBuffer: 2 ** 30, ...(directory === undefined ? {} : { cwd: directory }) };
  return new Promise((done) => {
    execFile(program, [...words], options, (error, output, complaint) => {
      const missing = error?.code === ('ENOENT' as unknown);
      done({ ok: error === null, output, complaint: complaint.trim(), signal: error?.signal ?? null, missing });
    });
  });
}

function checked(program: SlurmProgram, answer: Executed): SlurmAnswer {
  if (answer.missing) {
    throw new ForgeError('CLUSTER_UNAVAILABLE', `Slurm's program ${program} is not on the PATH.`, {
      about: program,
      hint: 'Start forge on a login node of the cluster, or load its Slurm module.',
    });
  }
  if (!answer.ok && unreachable.test(answer.complaint)) {
    throw new ForgeError('CLUSTER_UNAVAILABLE', `The Slurm cluster does not answer: ${lastLine(answer.complaint)}.`, {
      about: 'slurm',
      hint: 'Check it with `scontrol ping`, and try again once it answers.',
    });
  }
  return answer;
}

const unreachable =
  /Unable to contact slurm controller|Unable to establish (a )?(control )?(machine|configuration source)|Connection refused|Connection timed out|Zero Bytes were transmitted|Could not resolve|Could not establish|Unable to process configuration|Protocol authentication error|Socket timed out|Munge|fetch_config/i;

/**
 * Runs a program of Slurm that has to succeed.
 * @returns its output
 * @throws ForgeError CLUSTER_UNAVAILABLE
 */
export async function required(program: SlurmProgram, words: readonly string[]): Promise<string> {
  const { ok, output, complaint } = await slurm(program, words);
  if (ok) return output;
  throw new ForgeError('CLUSTER_UNAVAILABLE', `Slurm's ${program} failed: ${lastLine(complaint)}.`, { about: program });
}

/** The last line of a message of Slurm, without the program's name and the final full stop. */
export function lastLine(complaint: string): string {
  const line =
    complaint.split('\n').findLast((text) => text !== '' && !text.startsWith('Try "')) ?? 'it gave no reason';
  return line.replace(/^\w+(: error: |: fatal: |: | error: )/, '').replace(/^Batch job submission failed: |\.$/g, '');
}
