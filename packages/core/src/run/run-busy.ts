import { ForgeError } from '../errors/forge-error.js';
import type { RunFolder } from './run-folder.js';
import type { RunRecord } from './run-record.js';
import { shownStatus } from './run-status.js';

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

/**
 * Who restored a checkpoint of a run that another process then took further must not go on from it: the checkpoints
 * that the other saved would be lost.
 * @throws ForgeError RUN_BUSY where the run has been worked on between the two readings of its record
 */
export function mustBeUnchanged({ experiment, number }: RunFolder, before: RunRecord, now: RunRecord): void {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  const label = `${experiment}/${number}`;
  const { pid, host } = now.process;
  throw new ForgeError('RUN_BUSY', `${label} was taken further meanwhile, by process ${pid} on ${host}.`, {
    about: label,
    hint: 'Resume it again, to go on from where it stands now.',
  });
}
