import { relative, resolve } from 'node:path';
import { printableText, shellWord } from '@forge-ml/core/text';

/** A path as it is shown here: relative where it is inside the current directory. */
export function shortPath(path: string, directory = process.cwd()): string {
  return printableText(shorten(path, directory));
}

function shorten(path: string, directory: string): string {
  const short = relative(directory, path);
  if (short === '') return '.';
  return short.startsWith('..') ? path : short;
}

/** A run as it is typed for `--resume` to find it from here: `mnist/3` where runs usually are, else its folder. */
export function runReference({ run, experiment, number }: RunPlace, directory = process.cwd()): string {
  const label = `${experiment}/${number}`;
  return shellWord(run === resolve(directory, 'results', label) ? label : shorten(run, directory));
}

interface RunPlace {
  /** Its folder, absolute. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
}
