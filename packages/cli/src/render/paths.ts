import { relative, resolve } from 'node:path';

/** A path as it would be typed here: relative where it lies inside the current directory. */
export function shortPath(path: string, directory = process.cwd()): string {
  const short = relative(directory, path);
  if (short === '') return '.';
  return short.startsWith('..') ? path : short;
}

/** A run as `--resume` finds it from here: `mnist/3` where runs usually lie, else its folder. */
export function runReference({ run, experiment, number }: RunPlace, directory = process.cwd()): string {
  const label = `${experiment}/${number}`;
  return run === resolve(directory, 'results', label) ? label : shortPath(run, directory);
}

interface RunPlace {
  /** Its folder, absolute. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
}
