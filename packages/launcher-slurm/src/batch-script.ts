import { ForgeError, type JobBatch } from '@forge-ml/core/plugin';
import { quoted } from './shell-words.js';

/** The variable of a job that has the path of its script: to submit it again. */
export const scriptVariable = 'FORGE_SLURM_SCRIPT';

/** The variable of a job that was submitted again: how often it had started before. */
export const startsVariable = 'FORGE_SLURM_STARTS';

/** The signal before the time limit. */
export const warning = 'SIGUSR2';

/** A part of a batch that is one array of Slurm. */
export interface ArrayPart {
  /** Its name in lists of jobs, and that of its script and logs. */
  readonly name: string;
  /** The index of its first job in the batch. */
  readonly first: number;
  readonly count: number;
}

export interface ScriptSettings {
  /** Words for sbatch. */
  readonly options: readonly string[];
  readonly throttle: number | null;
  /** Seconds. */
  readonly grace: number;
}

/**
 * The parts of a batch with at most `size` jobs each: `digits-12`, `digits-12-from-1000`, …
 * @param size the largest index of an array, plus 1: `MaxArraySize`
 */
export function arrayParts(batch: Pick<JobBatch, 'name' | 'count'>, size: number): ArrayPart[] {
  return Array.from({ length: Math.ceil(batch.count / size) }, (_, part) => {
    const first = part * size;
    return {
      name: first === 0 ? batch.name : `${batch.name}-from-${first}`,
      first,
      count: Math.min(size, batch.count - first),
    };
  });
}

/** The script of a part, for people too: `sbatch FILE` submits it. */
export function batchScript(batch: JobBatch, part: ArrayPart, path: string, settings: ScriptSettings): string {
  const throttle = settings.throttle === null ? '' : `%${settings.throttle}`;
  const options = [
    `--job-name=${part.name}`,
    `--array=0-${part.count - 1}${throttle}`,
    `--output=${forPattern(batch.folder)}/${part.name}-%a.log`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:${warning.slice(3)}@${settings.grace}`,
  ];
  const index = part.first === 0 ? '"$SLURM_ARRAY_TASK_ID"' : `"$((SLURM_ARRAY_TASK_ID + ${part.first}))"`;
  const exports = Object.entries({ ...batch.env, [scriptVariable]: path });
  return [
    '#!/bin/sh',
    ...options.map((option) => `#SBATCH ${optionWord(option)}`),
    ...(settings.options.length === 0 ? [] : [`#SBATCH ${settings.options.map(optionWord).join(' ')}`]),
    '',
    `cd ${quoted(batch.directory)} || exit`,
    // The launcher's own: where it submits this script again, and how often the job had started before.
    `export ${startsVariable}="\${1:-0}"`,
    ...exports.map(([name, value]) => `export ${variable(name)}=${quoted(value)}`),
    '# The signal before the time limit goes to this process alone, which exec replaces.',
    `exec ${batch.command.map(quoted).join(' ')} ${index}`,
    '',
  ].join('\n');
}

/** A folder in a pattern of file names, where % and \ have a meaning. */
function forPattern(folder: string): string {
  if (!/[\p{Cc}\\]/u.test(folder)) return folder.replaceAll('%', '%%');
  throw new ForgeError('PATH_UNSAFE', `Slurm cannot write logs into ${JSON.stringify(folder)}.`, {
    about: folder,
    hint: 'Choose a folder without control characters and backslashes in its path: --results-dir.',
  });
}

/** A word on a line of #SBATCH, where # starts a comment and quotes group. */
function optionWord(word: string): string {
  return /^[\w@%+=:,./\-[\]*&|()!]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}

function variable(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new ForgeError('USAGE', `The environment variable ${JSON.stringify(name)} cannot be set in a job script.`, {
    about: name,
    hint: 'Remove it: its name has other characters than letters, digits and _.',
  });
}
