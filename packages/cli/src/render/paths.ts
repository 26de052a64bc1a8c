import { relative } from 'node:path';

/** A path as it would be typed here: relative where it lies inside the current directory. */
export function shortPath(path: string, directory = process.cwd()): string {
  const short = relative(directory, path);
  if (short === '') return '.';
  return short.startsWith('..') ? path : short;
}
