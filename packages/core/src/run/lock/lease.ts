import { ForgeError } from '../../errors/forge-error.js';
import { readRunRecord } from '../record/read-run-record.js';
import type { RunProcess } from '../record/run-record.js';

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
  if (isSameProcess(owner, self)) return;
  throw new ForgeError('RUN_LOCKED', `${id} was taken over by process ${owner.pid} on ${owner.host}.`, {
    about: id,
    hint: 'That process resumed the run; this one has stopped writing. To continue here, stop it and resume the run.',
  });
}

export function isSameProcess(a: RunProcess, b: RunProcess): boolean {
  return a.pid === b.pid && a.host === b.host && a.startTime === b.startTime;
}
