import { randomBytes } from 'node:crypto';
import { lutimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { removeInside } from '../../fs/safe-files.js';
import { writeJson } from '../../json/write-json.js';
import { withResumeLock } from '../../run/lock/resume-lock.js';
import type { WatchOptions } from '../../run/lock/run-locked.js';
import { readHeartbeat, watchHeartbeat } from '../../run/record/heartbeat.js';
import { currentProcess, isProcessAlive } from '../../run/record/host-info.js';
import type { RunProcess } from '../../run/record/run-record.js';
import { type Controller, controllerName, readController } from '../record/read-controller.js';

/** The right to control a sweep, until another process takes it from one that was silent. */
export interface ControllerClaim {
  /** @throws ForgeError RUN_LOCKED when another process controls the sweep now */
  check(): Promise<void>;
  beat(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Whether a process controls a sweep. One of another host cannot be inspected, so its heartbeat is watched for seconds.
 * @returns the process; undefined where there is none, or it has ended
 */
export async function liveController(folder: string, options: WatchOptions = {}): Promise<Controller | undefined> {
  const owner = await readController(folder);
  if (owner === undefined) return undefined;
  const alive = isProcessAlive(owner);
  if (alive !== undefined) return alive ? owner : undefined;
  options.say?.(`Checking whether ${basename(folder)} is still controlled by a process on host ${owner.host} …`);
  return (await watchHeartbeat(folder, options.watchMs, controllerName)) === undefined ? owner : undefined;
}

/**
 * Makes this process the one that controls a sweep.
 * @throws ForgeError RUN_LOCKED naming the process that does; FILE_SYSTEM
 */
export async function claimSweep(folder: string, options: WatchOptions = {}): Promise<ControllerClaim> {
  const live = await liveController(folder, options);
  if (live !== undefined) throw controlled(folder, live);
  const silent = await readHeartbeat(folder, controllerName);
  const token = randomBytes(8).toString('hex');
  const path = join(folder, controllerName);
  const lock = { path: folder, experiment: basename(folder), number: 0 };
  await withResumeLock(
    lock,
    async () => {
      const now = await readController(folder);
      const moved = (await readHeartbeat(folder, controllerName)) !== silent;
      if (now !== undefined && moved) throw controlled(folder, now);
      await writeJson(path, { ...currentProcess(), token }, folder);
    },
    { watchMs: options.watchMs },
  );
  const check = async () => {
    const owner = await readController(folder);
    if (owner?.token !== token) throw controlled(folder, owner);
  };
  return {
    check,
    async beat() {
      const now = new Date();
      await lutimes(path, now, now).catch(() => undefined);
    },
    async release() {
      if ((await readController(folder).catch(() => undefined))?.token === token) await removeInside(path, folder);
    },
  };
}

function controlled(folder: string, owner: RunProcess | undefined): ForgeError {
  const name = basename(folder);
  const by = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new ForgeError('RUN_LOCKED', `The sweep ${name} is controlled by ${by}.`, {
    about: name,
    hint: `forge sweep status ${name} shows it; forge sweep stop ${name} stops it.`,
  });
}
