import { ForgeError } from '@forge-ml/core/plugin';
import type { SlurmFlags } from './flags.js';
import { shellWords } from './shell-words.js';

/** Options of sbatch that the launcher sets itself, and what to do instead. */
const own: Readonly<Record<string, string>> = {
  array: 'Forge numbers the jobs; --throttle limits how many run at once.',
  'job-name': '--run-name names the experiment, and so its jobs.',
  output: "The logs are in the sweep's folder.",
  error: "The logs are in the sweep's folder.",
  input: 'A run reads no input.',
  'open-mode': 'A job that starts again must not empty its log.',
  signal: '--grace sets how many seconds before the limit the signal comes.',
  chdir: 'Start forge in the folder that the jobs should start in.',
  comment: 'Forge uses the comment to find a job again.',
  parsable: 'Forge reads the output of sbatch.',
  wait: 'Forge waits for the jobs itself.',
  wrap: 'Forge starts its own command.',
  'test-only': '--dry-run checks a run without starting it.',
  clusters: 'Start forge where that cluster is the default.',
};
const letters: Readonly<Record<string, string>> = {
  a: 'array',
  J: 'job-name',
  o: 'output',
  e: 'error',
  i: 'input',
  D: 'chdir',
  W: 'wait',
  M: 'clusters',
};

/**
 * The words for sbatch that a user's flags stand for: `['--partition=gpu', '--mem=8G']`.
 * @throws ForgeError FLAG_INVALID naming the flag
 */
export function sbatchOptions(flags: SlurmFlags): string[] {
  const words = (['partition', 'gres', 'time', 'account', 'constraint'] as const).flatMap((name) =>
    flags[name] === null ? [] : [`--${name}=${oneLine(name, flags[name])}`],
  );
  const limit = flags.time === null ? null : secondsOf(flags.time);
  if (limit !== null && limit <= flags.grace) {
    const message = `--grace ${flags.grace} leaves no time to train within --time ${flags.time}.`;
    throw new ForgeError('FLAG_INVALID', message, { about: 'grace', hint: 'Give more time, or a shorter --grace.' });
  }
  return [...words, ...furtherOptions(flags.sbatch)];
}

function furtherOptions(text: string | null): string[] {
  if (text === null) return [];
  const words = shellWords(oneLine('sbatch', text));
  if (words === null) throw invalid('has a quote that is not closed', 'Close the quote.');
  for (const word of words) {
    const [, long, letter] = /^(?:--([\w-]+)|-(\w))/.exec(word) ?? [];
    const name = long ?? letters[letter ?? ''] ?? '';
    if (Object.hasOwn(own, name)) throw invalid(`has ${word}, which Forge sets itself`, own[name]!);
  }
  if (words[0] !== undefined && !words[0].startsWith('-')) {
    throw invalid(`starts with "${words[0]}", which is no option`, "For example: --sbatch '--mem=8G --qos=high'.");
  }
  return words;
}

function oneLine(flag: string, text: string): string {
  if (!/\p{Cc}/u.test(text)) return text;
  throw new ForgeError('FLAG_INVALID', `--${flag} has a control character.`, {
    about: flag,
    hint: 'Write it in one line.',
  });
}

function invalid(wrong: string, hint: string): ForgeError {
  return new ForgeError('FLAG_INVALID', `--sbatch ${wrong}.`, { about: 'sbatch', hint });
}

/** Seconds of a time limit as Slurm writes it: minutes, m:s, h:m:s, d-h, d-h:m, d-h:m:s; null for any other text. */
export function secondsOf(time: string): number | null {
  const found = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(time);
  if (found === null) return null;
  const [days, ...parts] = found.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const [first, second, third] = parts as [number, number | null, number | null];
  if (days !== null && days !== undefined) return days * 86400 + first * 3600 + (second ?? 0) * 60 + (third ?? 0);
  if (second === null) return first * 60;
  return third === null ? first * 60 + second : first * 3600 + second * 60 + third;
}
