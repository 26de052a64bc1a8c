import { relative, resolve } from 'node:path';
import { printableText, shellWord } from '@forge-ml/core/text';

/** A path for display: relative if it is inside the current directory. */
export function shortPath(path: string, directory = process.cwd()): string {
  return printableText(shorten(path, directory));
}

function shorten(path: string, directory: string): string {
  const short = relative(directory, path);
  if (short === '') return '.';
  return short.startsWith('..') ? path : short;
}

/** How to name a run for `--resume`: `mnist/3` in the default results folder, else its path. */
export function runReference({ run, experiment, number }: RunPlace, directory = process.cwd()): string {
  const label = `${experiment}/${number}`;
  return shellWord(run === resolve(directory, 'results', label) ? label : shorten(run, directory));
}

interface RunPlace {
  /** Its absolute folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
}
