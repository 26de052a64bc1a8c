import { resolve } from 'node:path';

/** Whether a path is an address such as `https://host/file`, which is no file of this machine. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

/** The absolute path that the value of a path flag means; other values, and what is no file, as they are. */
export function pathValue(kind: string, value: unknown, base: string | undefined): unknown {
  if (kind !== 'path' || typeof value !== 'string' || base === undefined) return value;
  return value === '' || isAddress(value) ? value : resolve(base, value);
}
