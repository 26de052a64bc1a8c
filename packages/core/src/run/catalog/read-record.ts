import type { Stats } from 'node:fs';
import { sep } from 'node:path';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { readRegularFile } from '../../fs/read-regular-file.js';
import { parseJsonText } from '../../json/json-file.js';
import { checkRunRecord, type RunRecord } from '../record/run-record.js';
import { type Links, withLinks } from './links.js';

const kind = { what: 'run file', code: 'RUN_INVALID' } as const;
const kinds = withLinks(kind);

export interface ReadRecord {
  readonly record: RunRecord;
  /** The status of the file that it was read from. */
  readonly file: Stats;
}

export function recordFileOf(run: string): string {
  return `${run}${sep}run.json`;
}

/**
 * Reads the `run.json` of a run's folder, synchronously; returns the error if that fails.
 * @param links whether it may be a symbolic link
 */
export function readRecordSync(run: string, links: Links = 'follow'): ReadRecord | ForgeError {
  const path = recordFileOf(run);
  try {
    const { text, status } = readRegularFile(path, kinds[links]);
    return { record: checkRunRecord(parseJsonText(text, path, kind), path), file: status };
  } catch (error) {
    const failure = fsError(error, path, `read the ${kind.what}`);
    if (isForgeError(failure)) return failure;
    // Any error: one run that cannot be read must not prevent listing the others.
    const text = `The ${kind.what} ${path} cannot be read: ${messageOf(error)}.`;
    return new ForgeError(kind.code, text, { about: path, cause: error });
  }
}
