import type { Stats } from 'node:fs';
import { sep } from 'node:path';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { readRegularFile } from '../../fs/read-regular-file.js';
import { parseJsonText } from '../../json/json-file.js';
import type { RunFolder } from '../folder/run-folder.js';
import { checkRunRecord } from '../record/run-record.js';
import { type RunSummary, summarise } from './run-summary.js';

const kind = { what: 'run file', code: 'RUN_INVALID' } as const;

export interface ReadSummary {
  readonly summary: RunSummary;
  /** The status of the file that it was read from. */
  readonly file: Stats;
}

export function runFileOf({ path }: RunFolder): string {
  return `${path}${sep}run.json`;
}

/** Reads the summary of a run from its `run.json`; returns the error if that fails. */
export function readSummary(run: RunFolder): ReadSummary | ForgeError {
  const path = runFileOf(run);
  try {
    const { text, status } = readRegularFile(path, kind);
    return { summary: summarise(checkRunRecord(parseJsonText(text, path, kind), path)), file: status };
  } catch (error) {
    const failure = fsError(error, path, `read the ${kind.what}`);
    if (isForgeError(failure)) return failure;
    // Any error: one run that cannot be read must not prevent listing the others.
    const text = `The ${kind.what} ${path} cannot be read: ${messageOf(error)}.`;
    return new ForgeError(kind.code, text, { about: path, cause: error });
  }
}
