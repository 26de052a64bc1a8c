import { join } from 'node:path';
import { isForgeError, messageOf } from '../errors/forge-error.js';
import { isMissing } from '../fs/fs-error.js';
import { annotationsName, readAnnotations } from '../run/record/annotations.js';
import { readRunFlags } from '../run/record/flags-file.js';
import { readRunRecord } from '../run/record/read-run-record.js';
import type { RunRecord } from '../run/record/run-record.js';
import { withoutPath } from './error-text.js';
import { damage, type Problem } from './problem.js';

export interface VerifiedRecords {
  readonly record: RunRecord | undefined;
  readonly problems: readonly Problem[];
}

/** Reads `annotations.json`. The run loads without it, so a repair moves an invalid one. */
export function verifyAnnotations(run: string): readonly Problem[] {
  try {
    readAnnotations(run);
    return [];
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_INVALID') throw error;
    return [damage('invalid', annotationsName, withoutPath(error.message, join(run, annotationsName)))];
  }
}

/** Reads `run.json` and `flags.json`. They cannot be recreated, so a repair does not move them. */
export async function verifyRecords(run: string): Promise<VerifiedRecords> {
  const problems: Problem[] = [];
  const read = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const file = join(run, name);
      if (isMissing(error)) problems.push(damage('missing', name, 'is missing', null));
      else problems.push(damage('invalid', name, withoutPath(messageOf(error), file), null));
      return undefined;
    }
  };
  const record = await read('run.json', () => readRunRecord(run));
  await read('flags.json', () => readRunFlags(run));
  return { record, problems };
}
