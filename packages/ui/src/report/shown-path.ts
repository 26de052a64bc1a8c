import { isAbsolute, relative } from 'node:path';

/** A path as a person would type it: relative to the working folder if it is in it. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}
