import { checkOptions } from '../errors/check-options.js';
import { withResumeLock } from '../run/lock/resume-lock.js';
import { requireStillUnlocked, requireUnlocked, type WatchOptions } from '../run/lock/run-locked.js';
import { readRunRecord } from '../run/record/read-run-record.js';
import { type Moved, quarantine } from './quarantine.js';
import { type VerifiedRun, type VerifyOptions, verifyRun } from './verify-run.js';

export interface RepairedRun extends VerifiedRun {
  /** The files moved to quarantine; `problems` are those before the repair. */
  readonly moved: readonly Moved[];
  /** The state of the run after the repair. */
  readonly after: Pick<VerifiedRun, 'problems' | 'damaged' | 'loadable'>;
}

export interface RepairOptions extends VerifyOptions, WatchOptions {}

/**
 * Moves the files in which `verifyRun` found problems to quarantine: see `quarantine`. The run cannot be resumed during
 * the repair.
 * @throws ForgeError RUN_LOCKED while a process trains the run; FILE_SYSTEM
 */
export async function repairRun(found: VerifiedRun, options: RepairOptions): Promise<RepairedRun> {
  checkOptions(options, ['deep', 'watchMs', 'say'], { of: 'repairRun(found, options)' });
  const { run: path, experiment, number, problems, damaged, loadable } = found;
  if (!problems.some(({ repair }) => repair !== null)) {
    return { ...found, moved: [], after: { problems, damaged, loadable } };
  }
  const folder = { path, experiment, number };
  const { deep = false, ...watch } = options;
  const unlocked = found.status === null ? undefined : await requireUnlocked(folder, await readRunRecord(path), watch);
  const work = async () => {
    if (unlocked !== undefined) await requireStillUnlocked(folder, await readRunRecord(path), unlocked);
    // Verified again: a process may have resumed the run since, and replaced a corrupt file.
    const before = await verifyRun(folder, { deep });
    return { before, moved: await quarantine(path, before.problems) };
  };
  const { before, moved } = await withResumeLock(folder, work, { watchMs: options.watchMs });
  const after = await verifyRun(folder, { deep });
  return { ...before, moved, after: { problems: after.problems, damaged: after.damaged, loadable: after.loadable } };
}
