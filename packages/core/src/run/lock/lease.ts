import { ForgeError } from '../../errors/forge-error.js';
import { readRunRecord } from '../record/read-run-record.js';
import type { RunProcess } from '../record/run-record.js';

/**
 * Whoever was silent for so long that another process took its run over (a machine that slept, a network that was
 * gone) must write nothing more into it. What cannot be read for another reason is for whoever writes to find out.
 * @param id the run, as messages call it
 * @throws ForgeError RUN_LOCKED naming the process that has the run now
 */
export async function requireLease(folder: string, id: string, ours: RunProcess): Promise<void> {
  const now = await readRunRecord(folder).then(
    (record) => record.process,
    () => ours,
  );
  if (isSameProcess(now, ours)) return;
  throw new ForgeError('RUN_LOCKED', `${id} was taken over by process ${now.pid} on ${now.host}.`, {
    about: id,
    hint: 'It took this one for dead, and goes on with the run: nothing more is written from here.',
  });
}

export function isSameProcess(a: RunProcess, b: RunProcess): boolean {
  return a.pid === b.pid && a.host === b.host && a.startTime === b.startTime;
}
