import { lstatSync } from 'node:fs';
import { isMissing } from '../../fs/fs-error.js';
import type { Git } from './git-command.js';
import { secretReason } from './secret-files.js';

const maxFile = 1 << 20;
const maxTotal = 10 << 20;

export interface UntrackedFiles {
  /** Paths from the root, as the bytes that git printed: a file name need not be valid text. */
  readonly included: readonly Buffer[];
  /** Files with secrets, files that are too large, and folders that are separate repositories. */
  readonly omitted: readonly string[];
}

/**
 * Lists files that git neither tracks nor ignores: the smallest first up to 10 MiB in all, none above 1 MiB. Source files
 * are small; datasets are not.
 * @param paths pathspecs to search.
 */
export async function untrackedFiles(git: Git, root: string, paths: readonly string[]): Promise<UntrackedFiles> {
  const names = splitAtZeros(await git(['ls-files', '--others', '--exclude-standard', '-z', ...paths]));
  const files: { name: Buffer; size: number }[] = [];
  const omitted: string[] = [];
  for (const name of names) {
    if (name.at(-1) === 0x2f) omitted.push(`${name} (a separate repository)`);
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

/** Size in bytes; undefined if the file no longer exists. */
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

/** Splits the output of git with `-z`. */
export function splitAtZeros(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return parts;
}
