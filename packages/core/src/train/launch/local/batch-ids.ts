import { join } from 'node:path';
import { isMissing } from '../../../fs/fs-error.js';
import { readRegularFile } from '../../../fs/read-regular-file.js';
import { writeNow } from '../../../fs/safe-files.js';
import type { JobBatch } from '../job-launcher.js';

type Batch = Pick<JobBatch, 'name' | 'folder' | 'count'>;

const kind = { what: 'list of jobs', code: 'FILE_SYSTEM', link: 'refuse' } as const;
const fileOf = ({ folder, name }: Batch) => join(folder, `${name}.ids`);

/** Stores the ids of a batch, a line each, for another process that goes on where this one ended. */
export function writeIds(batch: Batch, ids: readonly string[]): void {
  writeNow(fileOf(batch), Buffer.from(ids.map((id) => `${id}\n`).join('')), batch.folder);
}

/** Null where none were stored. */
export function readIds(batch: Batch): readonly string[] | null {
  try {
    const ids = (readRegularFile(fileOf(batch), kind).text ?? '').split('\n').slice(0, -1);
    // Something else, or not written to its end: then no job has started.
    return ids.length === batch.count ? ids : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
