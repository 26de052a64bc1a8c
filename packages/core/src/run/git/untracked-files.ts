import { lstatSync } from 'node:fs';
import { isMissing } from '../../fs/fs-error.js';
import type { Git } from './git-command.js';
import { secretReason } from './secret-files.js';

const maxFile = 1 << 20;
const maxTotal = 10 << 20;

export interface UntrackedFiles {
  /** Paths from the root, as the bytes git gave: a file name need not be text. */
  readonly included: readonly Buffer[];
  /** Files that hold secrets or are too large to keep, and folders that are repositories of their own. */
  readonly omitted: readonly string[];
}

/**
 * What git neither tracks nor ignores. Smallest first until 10 MiB are reached, none above 1 MiB: the sources a run
 * needs are small, a dataset that lies about is not.
 * @param paths pathspecs that say where to look.
 */
export async function untrackedFiles(git: Git, root: string, paths: readonly string[]): Promise<UntrackedFiles> {
  const names = splitAtZeros(await git(['ls-files', '--others', '--exclude-standard', '-z', ...paths]));
  const files: { name: Buffer; size: number }[] = [];
  const omitted: string[] = [];
  for (const name of names) {
    if (name.at(-1) === 0x2f) omitted.push(`${name} (a repository of its own)`);
    else {
      const secret = secretReason(root, name);
      const size = sizeOf(root, name);
      if (secret !== undefined) omitted.push(`${name} (${secret})`);
      else if (size !== undefined) files.push({ name, size });
    }
  }
  const included: Buffer[] = [];
  let total = 0;
  for (const { name, size } of files.toSorted((one, other) => one.size - other.size)) {
    total += size;
    if (size <= maxFile && total <= maxTotal) included.push(name);
    else omitted.push(`${name} (untracked, ${inMebibytes(size)})`);
  }
  return { included, omitted };
}

/** Bytes; undefined for a file that is gone by now. */
export function sizeOf(root: string, name: Buffer): number | undefined {
  try {
    return lstatSync(Buffer.concat([Buffer.from(`${root}/`), name])).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** The parts of what git prints with `-z`. */
export function splitAtZeros(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return parts;
}
