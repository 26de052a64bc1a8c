import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../fs/checksum.js';
import { createFile, makeSafeFolder, removeInside } from '../../fs/safe-files.js';
import { currentProcess } from '../record/host-info.js';
import type { RunProcess } from '../record/run-record.js';
import { lockName } from './resume-lock.js';

/**
 * A process that lost its run may be just about to replace `run.json`, and would have the run again. A file that names it
 * keeps it out for good, whatever `run.json` says.
 */
function fenceOf(run: string, { host, pid, startTime }: RunProcess): string {
  return join(run, lockName, `lost-${pid}-${sha256(Buffer.from(`${host} ${startTime}`)).slice(-16)}`);
}

/** Keeps a process out of a run. */
export async function fenceOff(run: string, process: RunProcess): Promise<void> {
  const path = fenceOf(run, process);
  await makeSafeFolder(join(run, lockName), run);
  if (!existsSync(path)) await (await createFile(path, run)).close();
}

/** Whether a process has lost a run to another for good. */
export function isFencedOff(run: string, process: RunProcess): boolean {
  return existsSync(fenceOf(run, process));
}

/** Admits this process again, which resumes a run that it had lost. */
export async function liftFence(run: string): Promise<void> {
  await removeInside(fenceOf(run, currentProcess()), run);
}
