import { resolve } from 'node:path';

/** Whether a path is a URL such as `https://host/file`, not a local file. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

/** The absolute path of a path flag's value. Other values, URLs and empty text are returned unchanged. */
export function pathValue(kind: string, value: unknown, base: string | undefined): unknown {
  if (kind !== 'path' || typeof value !== 'string' || base === undefined) return value;
  return value === '' || isAddress(value) ? value : resolve(base, value);
}
