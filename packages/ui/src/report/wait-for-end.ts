import { setTimeout } from 'node:timers/promises';
import { readRunRecord } from '@forge-ml/core/manage';
import type { CommandRequest } from '@forge-ml/core/plugin';
import { shownStatus } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import type { ViewedRun } from '../views/viewed-run.js';

/** How often the run is looked at, ms: its record is a small file. */
const pause = 500;

/**
 * Waits until a run has ended: completed, stopped, failed, or its process is gone.
 * @throws the reason of the signal; ForgeError RUN_INVALID, FILE_SYSTEM
 */
export async function waitForEnd(
  { folder, label }: ViewedRun,
  { signal, notice }: Pick<CommandRequest, 'signal' | 'notice'>,
): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const record = await readRunRecord(folder.path);
    if (shownStatus(record, folder.path) !== 'running') return;
    if (isFirst) notice(printableText(`Waiting until ${label} has ended.`));
    await setTimeout(pause, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  }
}
