import { join } from 'node:path';
import { ForgeError } from '@forge-ml/core/plugin';
import { Undecodable } from '../decode/undecodable.js';
import { wrongValue } from './option-values.js';

/** A file that cannot be decoded. */
export interface BadFile {
  /** Its absolute path. */
  readonly file: string;
  /** Fits after the name of the file: `is truncated`. */
  readonly reason: string;
}

/** What to do with a file that cannot be decoded: fail, skip it and count it, or pass it to a function and skip it. */
export type OnBadFile = 'error' | 'skip' | ((bad: BadFile) => void);

/** @throws ForgeError DATA_INVALID */
export function checkOnBadRow(value: unknown, of: string): OnBadFile {
  if (value === undefined) return 'error';
  if (value === 'error' || value === 'skip' || typeof value === 'function') return value as OnBadFile;
  throw wrongValue(of, 'onBadRow', value, "'error', 'skip' or a function");
}

/** The error of a file that cannot be decoded; any other error is returned unchanged. */
export function badFileError(error: unknown, folder: string, file: string): unknown {
  if (!(error instanceof Undecodable)) return error;
  const path = join(folder, file);
  return new ForgeError('DATA_INVALID', `${path} ${error.message}.`, {
    about: path,
    hint: "Replace or remove the file, or skip files that cannot be decoded: onBadRow: 'skip'.",
  });
}

/**
 * The files that can be decoded, in order. Decodes each one, unless bad files are errors: those are found when they are
 * read.
 * @param decode throws Undecodable
 * @throws ForgeError DATA_INVALID if none can be decoded
 */
export async function goodFiles(
  folder: string,
  files: readonly string[],
  onBadRow: OnBadFile,
  decode: (file: string) => Promise<unknown>,
  warn: (message: string) => void,
): Promise<readonly string[]> {
  if (onBadRow === 'error') return files;
  const bad = new Map<string, string>();
  for (const file of files) {
    try {
      await decode(file);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      bad.set(file, error.message);
      if (onBadRow !== 'skip') onBadRow({ file: join(folder, file), reason: error.message });
    }
  }
  const [first] = bad;
  if (first === undefined) return files;
  const [name, reason] = first;
  if (bad.size === files.length) {
    throw new ForgeError(
      'DATA_INVALID',
      `None of the ${files.length} files of ${folder} can be decoded: ${name} ${reason}.`,
      {
        about: folder,
        hint: 'Check that the folder holds what you expect.',
      },
    );
  }
  if (onBadRow === 'skip') {
    const which =
      bad.size === 1 ? `a file of ${folder}` : `${bad.size} of ${files.length} files of ${folder}, the first`;
    warn(`Skipped ${which}: ${name} ${reason}.`);
  }
  return files.filter((file) => !bad.has(file));
}
