import { join } from 'node:path';
import { readJson } from '../../json/json-file.js';
import { checkRunRecord, type RunRecord } from './run-record.js';

/** Reads a run's `run.json`. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function readRunRecord(run: string): Promise<RunRecord> {
  const file = join(run, 'run.json');
  return checkRunRecord(await readJson(file, { what: 'run file', code: 'RUN_INVALID', strict: true }), file);
}
