import { ForgeError } from '../errors/forge-error.js';
import { parseJsonText } from '../json/json-file.js';
import { wholeLines } from '../metrics/log/whole-lines.js';
import { invalidField } from '../schema/file-check.js';
import { isJob } from '../schema/job-checks.generated.js';
import type { Job } from './job.js';

/**
 * Reads one job of a batch.
 * @param index its line, from 0
 * @throws ForgeError USAGE where there is no such job, or its line is invalid; FILE_SYSTEM
 */
export async function readJob(file: string, index: number): Promise<Job> {
  for await (const { first, lines } of wholeLines(file)) {
    const line = lines[index + 1 - first];
    if (line === undefined) continue;
    const place = `${file}, line ${index + 1},`;
    const value = parseJsonText(line, place, { what: 'job', code: 'USAGE', strict: true });
    const field = invalidField(isJob, value);
    const job = value as unknown as Job;
    if (field === undefined && (job.train === undefined) !== (job.trial === undefined)) return job;
    throw new ForgeError('USAGE', `${place} has an invalid "${field ?? 'trial'}".`, { about: file });
  }
  throw new ForgeError('USAGE', `There is no job ${index} in ${file}.`, {
    about: file,
    hint: 'Name a batch of jobs, and the index of a job in it, from 0.',
  });
}
