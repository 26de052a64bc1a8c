import { type ErrorCode, ForgeError } from '@forge-ml/core/plugin';
import { lastLine, slurm } from './slurm-command.js';

interface Cause {
  readonly pattern: RegExp;
  readonly flag: string;
  /** The column of sinfo that has the valid values. */
  readonly column?: string;
  readonly hint: string;
}

const causes: readonly Cause[] = [
  { pattern: /partition/i, flag: 'partition', column: '%R', hint: '`sinfo` lists the partitions.' },
  { pattern: /gres|generic resource/i, flag: 'gres', column: '%G', hint: "`sinfo -o '%P %G'` lists them." },
  { pattern: /feature/i, flag: 'constraint', column: '%f', hint: "`sinfo -o '%P %f'` lists the features of nodes." },
  { pattern: /time/i, flag: 'time', hint: 'Write it as minutes, 2:00:00 or 1-12 (a day and 12 hours).' },
  { pattern: /account/i, flag: 'account', hint: '`sacctmgr show associations user=$USER` lists your accounts.' },
];

/** The error for jobs that sbatch refused. @param words its options */
export async function explainRefusal(complaint: string, words: readonly string[]): Promise<ForgeError> {
  const reason = lastLine(complaint);
  const cause = causes.find(({ pattern, flag }) => pattern.test(reason) && valueOfFlag(flag, words) !== undefined);
  if (cause === undefined) {
    return refusal(
      'USAGE',
      `sbatch refused the jobs: ${reason}.`,
      'sbatch',
      'Check --sbatch and the limits of the site.',
    );
  }
  const { flag, column, hint } = cause;
  const offered = column === undefined ? [] : await columnOf(column);
  const message = `sbatch refused --${flag} ${valueOfFlag(flag, words)}: ${reason}.`;
  return refusal('FLAG_INVALID', message, flag, offered.length === 0 ? hint : `The cluster has ${offered.join(', ')}.`);
}

function refusal(code: ErrorCode, message: string, about: string, hint: string): ForgeError {
  return new ForgeError(code, message, { about, hint });
}

function valueOfFlag(flag: string, words: readonly string[]): string | undefined {
  return words.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3);
}

async function columnOf(column: string): Promise<string[]> {
  const { output } = await slurm('sinfo', ['--noheader', `--format=${column}`]);
  const values = output.split(/[\s,]+/).filter((value) => value !== '' && value !== '(null)');
  return [...new Set(values)].sort();
}
