import { join } from 'node:path';
import { temporaryFolders } from '../../checkpoint/store/checkpoint-folders.js';
import { detachFile } from '../../fs/detach-file.js';
import { isMissing } from '../../fs/fs-error.js';
import { namesInFolder } from '../../fs/list-folder.js';
import { removeInside } from '../../fs/safe-files.js';
import { writeJson } from '../../json/write-json.js';
import type { RunFolder } from '../folder/run-folder.js';
import { currentProcess, isProcessAlive } from '../record/host-info.js';
import { readRunRecord } from '../record/read-run-record.js';
import { fenceOff } from './fence.js';
import { type LockOptions, withResumeLock } from './resume-lock.js';
import { requireSafeToResume } from './safe-to-resume.js';

/**
 * Takes a run from the process that has it, although that may be alive: a node that was given up, a process that hangs.
 * That process finds at its next write that the run is no longer its own, and stops; what it still has open is no longer
 * a file of the run. The run is then stopped, to be resumed by this process. A run that no live process has is left alone.
 * @throws ForgeError RUN_INVALID, RUN_LOCKED, PATH_UNSAFE, FILE_SYSTEM
 */
export async function takeOver(folder: RunFolder, options: LockOptions = {}): Promise<void> {
  requireSafeToResume(folder.path);
  const before = await readRunRecord(folder.path);
  if (before.status !== 'running' || isProcessAlive(before.process) === false) return;
  await withResumeLock(
    folder,
    async () => {
      const now = await readRunRecord(folder.path);
      if (now.status !== 'running') return;
      const { pid, host } = now.process;
      await fenceOff(folder.path, now.process);
      await writeJson(join(folder.path, 'run.json'), {
        ...now,
        status: 'stopped',
        reason: `taken over from process ${pid} on ${host}`,
        ended: new Date().toISOString(),
        process: currentProcess(),
      });
    },
    options,
  );
  for (const name of await namesIn(folder.path))
    if (isOpenWhileTraining(name)) await detachFile(join(folder.path, name));
  await removeUnfinished(folder.path, before.process.pid);
}

/** Files that a process keeps open while it trains. */
function isOpenWhileTraining(name: string): boolean {
  return ['metrics.jsonl', 'media.jsonl', 'console.log'].includes(name) || name.startsWith('events.out.tfevents.');
}

/** Removes checkpoints that the process has not finished: it may be stopped within, and go on. */
async function removeUnfinished(run: string, pid: number): Promise<void> {
  const checkpoints = join(run, 'checkpoints');
  for (const { name, kind, pid: writer } of temporaryFolders(await namesIn(checkpoints))) {
    if (kind === 'writing' && writer === pid) await removeInside(join(checkpoints, name), run);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await namesInFolder(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
