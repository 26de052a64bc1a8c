import { open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointStore, isForgeError, RandomStream, type RunFolder, verifyRun } from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import { inFolder } from '../cli/folder.js';
import { sized, type TortureRequest, type TortureResult, type TortureScenario } from './scenario.js';
import { libraryIn, toyFlags, trainHere } from './toy-training.js';

const page = 4096;

/**
 * Flips bits in each file of a checkpoint, and truncates its files at every page. Loading the checkpoint must fail and name
 * the file, a load without a step must fall back to the previous checkpoint, and a deep check must find the fault.
 */
export const corruptCheckpoint: TortureScenario = {
  name: 'corruption',
  bar: 'every flipped bit and every truncation is detected',
  run: (request) => inFolder((folder) => corruptIn(folder, request)),
};

async function corruptIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const flips = sized(request, { slice: 200, whole: 2400 });
  const hidden = sized(request, { slice: 1500, whole: 12_000 });
  await writeToyProject(folder);
  const words = ['--run-name', 'line', '--steps', '2', '--save-every', '1', '--hidden', String(hidden)];
  const { run } = await trainHere(folder, [...toyFlags, ...words]);
  const place = { path: run, experiment: 'line', number: 1 };
  const checker = new Checker(place, libraryIn(folder).checkpoints(run));
  const random = RandomStream.of(request.seed, 'corruption');
  const checkpoint = join(run, 'checkpoints', '2');
  const names = (await readdir(checkpoint)).sort();

  let truncations = 0;
  for (let flip = 0; flip < flips; flip++) {
    const path = join(checkpoint, names[flip % names.length]!);
    const at = random.below((await stat(path)).size);
    const bit = random.below(8);
    await flipBit(path, at, bit);
    await checker.mustBeRejected(path, `bit ${bit} of byte ${at} flipped`, flip % 10 === 0);
    await flipBit(path, at, bit);
    if (flip % 400 === 399) request.say(`${flip + 1} of ${flips} flips`);
  }
  for (const name of names) {
    const path = join(checkpoint, name);
    const { size } = await stat(path);
    for (let length = Math.floor((size - 1) / page) * page; length >= 0; length -= page) {
      const rest = await truncateTo(path, length, size);
      await checker.mustBeRejected(path, `truncated to ${length} of ${size} bytes`, truncations % 10 === 0);
      await restoreRest(path, length, rest);
      truncations++;
    }
  }
  await checker.mustLoad();
  const measured = `${flips} flips in ${names.length} files, ${truncations} truncations at every 4 KiB`;
  return { measured, faults: checker.faults };
}

class Checker {
  readonly faults: string[] = [];

  constructor(
    private readonly run: RunFolder,
    private readonly store: CheckpointStore,
  ) {}

  /** @param everywhere whether to test the check of the folder and the fallback as well */
  async mustBeRejected(path: string, what: string, everywhere: boolean): Promise<void> {
    const fault = (how: string) => this.faults.push(`${path}: ${what}: ${how}`);
    try {
      await this.store.load(2);
      fault('it loads');
    } catch (error) {
      if (!isForgeError(error) || error.code !== 'CHECKPOINT_CORRUPT') fault(String(error));
      else if (error.about !== path) fault(`the error is about ${error.about}`);
    }
    if (!everywhere) return;
    const { problems, loadable } = await verifyRun(this.run, { deep: true });
    if (!problems.some(({ damage, path: named }) => damage && path.endsWith(named))) fault('verify does not name it');
    if (loadable.checkpoints.join() !== '1') fault(`verify lists checkpoint ${loadable.checkpoints} as loadable`);
    const { step } = await libraryIn('/').loadFromCheckpoint(this.run.path, undefined, { code: false });
    if (step !== 1) fault(`the fallback is step ${step}`);
  }

  async mustLoad(): Promise<void> {
    await this.store.load(2).catch((error: unknown) => this.faults.push(`restored: ${String(error)}`));
  }
}

async function flipBit(path: string, at: number, bit: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const byte = new Uint8Array(1);
    await handle.read(byte, 0, 1, at);
    await handle.write(Uint8Array.of(byte[0]! ^ (1 << bit)), 0, 1, at);
  } finally {
    await handle.close();
  }
}

/** @returns the bytes that were cut off */
async function truncateTo(path: string, length: number, size: number): Promise<Uint8Array> {
  const rest = new Uint8Array(size - length);
  const handle = await open(path, 'r');
  await handle.read(rest, 0, rest.length, length);
  await handle.close();
  await truncate(path, length);
  return rest;
}

async function restoreRest(path: string, length: number, rest: Uint8Array): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(rest, 0, rest.length, length);
  await handle.close();
}
