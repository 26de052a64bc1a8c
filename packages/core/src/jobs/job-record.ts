import { dirname } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { isMissing } from '../fs/fs-error.js';
import { readJson } from '../json/json-file.js';
import { writeJson } from '../json/write-json.js';
import { invalidField } from '../schema/file-check.js';
import { isJobRecord } from '../schema/job-checks.generated.js';
import type { JobRecord } from './job.js';

/** Far more than any record has. */
const maxBytes = 1 << 20;

/** What a job has recorded; null where none has started. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function readJobRecord(path: string): Promise<JobRecord | null> {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = await readJson(path, { what: 'job record', code: 'RUN_INVALID', strict: true, maxBytes, link: 'refuse' });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const field = invalidField(isJobRecord, value);
  if (field === undefined) return value as unknown as JobRecord;
  throw new ForgeError('RUN_INVALID', `The job record ${path} has an invalid "${field}".`, {
    about: path,
    hint: 'Remove it: the job then starts a new run.',
  });
}

/** Replaces the record in one step. @param options.durable whether it survives a power cut. Default: true */
export async function writeJobRecord(
  path: string,
  record: JobRecord,
  options: { readonly durable?: boolean } = {},
): Promise<void> {
  await writeJson(path, record, dirname(path), options);
}

/** Whether a job replaces another of the same record. */
export function replaces(job: JobOrder, other: JobOrder): boolean {
  return job.attempt > other.attempt || (job.attempt === other.attempt && job.restart > other.restart);
}

/** The order of the jobs of one record. */
export type JobOrder = Pick<JobRecord, 'attempt' | 'restart'>;
