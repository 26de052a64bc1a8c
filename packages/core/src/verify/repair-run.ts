import { checkOptions } from '../errors/check-options.js';
import { withResumeLock } from '../run/lock/resume-lock.js';
import { requireStillUnlocked, requireUnlocked, type WatchOptions } from '../run/lock/run-locked.js';
import { readRunRecord } from '../run/record/read-run-record.js';
import { type Moved, quarantine } from './quarantine.js';
import { type VerifiedRun, type VerifyOptions, verifyRun } from './verify-run.js';

export interface RepairedRun extends VerifiedRun {
  /** What was put away; `problems` are those from before. */
  readonly moved: readonly Moved[];
  /** How the run stands now. */
  readonly after: Pick<VerifiedRun, 'problems' | 'damaged' | 'loadable'>;
}

export interface RepairOptions extends VerifyOptions, WatchOptions {}

/**
 * Puts away what is wrong with a run that `verifyRun` found something in: see `quarantine`. Meanwhile nobody can take
 * the run up.
 * @throws ForgeError RUN_LOCKED while a process works on the run; FILE_SYSTEM
 */
export async function repairRun(found: VerifiedRun, options: RepairOptions): Promise<RepairedRun> {
  checkOptions(options, ['deep', 'watchMs', 'say'], { of: 'repairRun(found, options)' });
  const { run: path, experiment, number, problems, damaged, loadable } = found;
  if (!problems.some(({ repair }) => repair !== null)) {
    return { ...found, moved: [], after: { problems, damaged, loadable } };
  }
  const folder = { path, experiment, number };
  const { deep = false, ...watch } = options;
  const notBusy = found.status === null ? undefined : await requireUnlocked(folder, await readRunRecord(path), watch);
  const work = async () => {
    if (notBusy !== undefined) await requireStillUnlocked(folder, await readRunRecord(path), notBusy);
    // Once more: a process may have taken the run up since, and have put something sound where damage was.
    const before = await verifyRun(folder, { deep });
    return { before, moved: await quarantine(path, before.problems) };
  };
  const { before, moved } = await withResumeLock(folder, work, { watchMs: options.watchMs });
  const after = await verifyRun(folder, { deep });
  return { ...before, moved, after: { problems: after.problems, damaged: after.damaged, loadable: after.loadable } };
}
