import type { RunFolder } from '../folder/run-folder.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import { type Compared, comparedFlags } from './compared.js';
import { storedCodeOf } from './compared-code.js';
import { runFacts } from './run-facts.js';
import { readRunMetrics } from './run-metrics.js';

/**
 * Reads of a run what is compared. Runs none of its code.
 * @throws ForgeError RUN_INVALID, CODE_ALTERED, FILE_SYSTEM
 */
export async function readCompared({ path, experiment, number }: RunFolder): Promise<Compared> {
  const record = await readRunRecord(path);
  const flags = await readRunFlags(path);
  const code = await storedCodeOf(path, record);
  return {
    name: `${experiment}/${number}`,
    run: path,
    flags: comparedFlags(flags),
    code,
    facts: runFacts(path, record, code),
    ...(await readRunMetrics(path, record)),
    directions: record.directions,
  };
}
