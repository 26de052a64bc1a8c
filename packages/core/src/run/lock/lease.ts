import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { readRunRecord } from '../record/read-run-record.js';
import { checkRunRecord, type RunProcess } from '../record/run-record.js';
import { isFencedOff } from './fence.js';

/**
 * Requires that this process still owns a run. A process that was silent for long (a machine that slept, a network that
 * was down) may have lost its run to another process, and must not write into it. Read errors are ignored: the write that
 * follows reports them.
 * @param id the run's name in messages
 * @throws ForgeError RUN_LOCKED naming the process that owns the run now
 */
export async function requireLease(folder: string, id: string, self: RunProcess): Promise<void> {
  const owner = await readRunRecord(folder).then(
    (record) => record.process,
    () => self,
  );
  requireOwner(folder, id, self, owner);
}

/** The same, synchronously, where what follows is written at once. @throws ForgeError RUN_LOCKED */
export function requireLeaseNow(folder: string, id: string, self: RunProcess): void {
  let owner = self;
  try {
    const file = join(folder, 'run.json');
    owner = checkRunRecord(JSON.parse(readFileSync(file, 'utf8')), file).process;
  } catch {
    // The write that follows reports it.
  }
  requireOwner(folder, id, self, owner);
}

/** Whether a process has the run whose `run.json` names an owner, which may be one that had lost it. */
export function hasRun(folder: string, self: RunProcess, owner: RunProcess): boolean {
  if (isFencedOff(folder, self)) return false;
  return isSameProcess(owner, self) || isFencedOff(folder, owner);
}

function requireOwner(folder: string, id: string, self: RunProcess, owner: RunProcess): void {
  if (!hasRun(folder, self, owner)) throw takenOver(id, isSameProcess(owner, self) ? undefined : owner);
}

function takenOver(id: string, owner: RunProcess | undefined): ForgeError {
  const by = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new ForgeError('RUN_LOCKED', `${id} was taken over by ${by}.`, {
    about: id,
    hint: 'That process resumed the run; this one has stopped writing. To continue here, stop it and resume the run.',
  });
}

function isSameProcess(a: RunProcess, b: RunProcess): boolean {
  return a.pid === b.pid && a.host === b.host && a.startTime === b.startTime;
}
