import { lstatSync } from 'node:fs';
import { sep } from 'node:path';
import { ApiProblem } from '../security/api-problem.js';

/**
 * What the file of a run's metrics is like now: a text that differs if it has changed. Empty if there is none.
 * @throws ApiProblem PATH_UNSAFE for a link, which could lead to any file
 */
export function metricsStamp(run: string): string {
  const status = lstatSync(`${run}${sep}metrics.jsonl`, { throwIfNoEntry: false });
  if (status?.isSymbolicLink() === true) {
    throw new ApiProblem(403, 'PATH_UNSAFE', 'Its metrics.jsonl is a link, which the dashboard does not follow.');
  }
  return status === undefined ? '' : `${status.ino}/${status.size}/${status.mtimeMs}`;
}
