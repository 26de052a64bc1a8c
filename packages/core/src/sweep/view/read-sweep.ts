import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isProcessAlive } from '../../run/record/host-info.js';
import { controllerName, readController } from '../record/read-controller.js';
import { readJournal } from '../record/read-journal.js';
import { readSweepFile } from '../record/read-sweep-file.js';
import { buildView } from './build-view.js';
import type { SweepView, ViewedController } from './sweep-view.js';

/**
 * Reads what is known of a sweep from its files. Writes nothing, and needs no controller.
 * @param folder the sweep's
 * @throws ForgeError RUN_NOT_FOUND where it is no sweep; RUN_INVALID naming the file and the line; FILE_SYSTEM
 */
export async function readSweep(folder: string): Promise<SweepView> {
  const sweep = await readSweepFile(folder);
  const controller = await viewController(folder);
  const { state } = await readJournal(folder, sweep);
  const now = controller === null || controller.alive === false ? null : Date.now();
  return buildView(state, { folder: resolve(folder), controller, now });
}

async function viewController(folder: string): Promise<ViewedController | null> {
  const owner = await readController(folder);
  if (owner === undefined) return null;
  const status = await stat(join(folder, controllerName)).catch(() => undefined);
  const { host, pid, startTime, birth } = owner;
  return {
    process: { host, pid, startTime, ...(birth === undefined ? {} : { birth }) },
    alive: isProcessAlive(owner),
    heartbeat: status?.mtimeMs ?? null,
  };
}
