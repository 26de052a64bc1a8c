import { ForgeError } from '../errors/forge-error.js';
import type { RunFolder } from '../run/run-folder.js';
import type { RunRecord } from '../run/run-record.js';
import { shownStatus } from '../run/run-status.js';

/** @throws ForgeError RUN_BUSY while a process works on the run */
export function mustNotBeBusy({ path, experiment, number }: RunFolder, record: RunRecord): void {
  if (shownStatus(record, path) !== 'running') return;
  const label = `${experiment}/${number}`;
  const { pid, host } = record.process;
  throw new ForgeError('RUN_BUSY', `${label} is still running: process ${pid} on ${host}.`, {
    about: label,
    hint: 'Stop that process first; it saves a checkpoint when it is interrupted.',
  });
}
