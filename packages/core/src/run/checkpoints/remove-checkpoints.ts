import { join } from 'node:path';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { isCorruption } from '../../checkpoint/latest-valid.js';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import { withResumeLock } from '../lock/resume-lock.js';
import { requireIdle } from '../lock/run-idle.js';
import type { WatchOptions } from '../lock/run-locked.js';
import { readRunFlags, storeNameOf } from '../record/flags-file.js';

export interface RemoveCheckpointsOptions extends WatchOptions {
  /** Whether to remove the last valid one too. Default: false. */
  readonly force?: boolean;
}

/**
 * Removes checkpoints of a run that is not running, each atomically, as training does. All are checked before any is
 * removed.
 * @returns the steps removed, ascending
 * @throws ForgeError CHECKPOINT_NOT_FOUND; USAGE if no valid checkpoint would be left; ABILITY_MISSING if a plugin keeps
 * the checkpoints; RUN_LOCKED, PATH_UNSAFE, FILE_SYSTEM
 */
export async function removeCheckpoints(
  run: RunFolder,
  steps: readonly number[],
  options: RemoveCheckpointsOptions = {},
): Promise<readonly number[]> {
  checkOptions(options, ['force', 'watchMs', 'say'], { of: 'removeCheckpoints(run, steps, options)' });
  const { force = false, ...watch } = options;
  const store = new FileCheckpointStore(join(run.path, 'checkpoints'));
  const wanted = [...new Set(steps)].sort((a, b) => a - b);
  await requirePlainFiles(run);
  const check = await requireIdle(run, watch);
  const work = async () => {
    await check();
    const present = await store.steps();
    // A step that does not exist: info reports which do.
    for (const step of wanted) if (!present.includes(step)) await store.info(step);
    if (!force) await requireAnother(run, store, present, wanted);
    for (const step of wanted) await store.remove(step);
    return wanted;
  };
  return withResumeLock(run, work, { watchMs: watch.watchMs });
}

/** A resume needs one valid checkpoint. Newest first: that one is the most likely to be valid, and so the last read. */
async function requireAnother(
  { experiment, number }: RunFolder,
  store: CheckpointStore,
  present: readonly number[],
  unwanted: readonly number[],
): Promise<void> {
  const kept = present.filter((step) => !unwanted.includes(step));
  if ((await newestValid(store, kept)) !== undefined) return;
  const last = await newestValid(store, unwanted);
  if (last === undefined) return;
  const label = `${experiment}/${number}`;
  throw new ForgeError('USAGE', `Checkpoint ${last} is the last valid one of ${label}.`, {
    about: String(last),
    hint: 'Add --force to remove it as well: a resume then starts from step 0.',
  });
}

async function newestValid(store: CheckpointStore, steps: readonly number[]): Promise<number | undefined> {
  for (const step of [...steps].reverse()) {
    try {
      await store.check(step);
      return step;
    } catch (error) {
      if (!isCorruption(error)) throw error;
    }
  }
  return undefined;
}

/** A store of a plugin may keep copies elsewhere, which would not be removed. */
async function requirePlainFiles({ path, experiment, number }: RunFolder): Promise<void> {
  const store = storeNameOf(await readRunFlags(path));
  if (store === 'files') return;
  throw new ForgeError(
    'ABILITY_MISSING',
    `The checkpoints of ${experiment}/${number} are kept by the store "${store}".`,
    {
      about: 'checkpointStore',
      hint: 'Remove them with the tools of its plugin.',
    },
  );
}
