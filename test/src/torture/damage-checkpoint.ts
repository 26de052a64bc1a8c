import { open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointStore, isForgeError, RandomStream, type RunFolder, verifyRun } from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import { inFolder } from '../cli/folder.js';
import { sized, type TortureIdea, type TortureRequest, type TortureResult } from './idea.js';
import { libraryIn, toyFlags, trainHere } from './toy-training.js';

const page = 4096;

/**
 * Flips bits of a checkpoint, each file's in turn, and cuts its files at every page: loading it must be refused naming
 * the file, the checkpoint before it be taken in its place, and a deep check find it.
 */
export const damageCheckpoint: TortureIdea = {
  name: 'damage',
  bar: 'every flipped bit and every cut is detected',
  run: (request) => inFolder((folder) => damageIn(folder, request)),
};

async function damageIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const flips = sized(request, { slice: 200, whole: 2400 });
  const hidden = sized(request, { slice: 1500, whole: 12_000 });
  await writeToyProject(folder);
  const words = ['--run-name', 'line', '--steps', '2', '--save-every', '1', '--hidden', String(hidden)];
  const { run } = await trainHere(folder, [...toyFlags, ...words]);
  const place = { path: run, experiment: 'line', number: 1 };
  const watch = new Watch(place, libraryIn(folder).checkpoints(run));
  const random = RandomStream.of(request.seed, 'damage');
  const checkpoint = join(run, 'checkpoints', '2');
  const names = (await readdir(checkpoint)).sort();

  let cuts = 0;
  for (let flip = 0; flip < flips; flip++) {
    const path = join(checkpoint, names[flip % names.length]!);
    const at = random.below((await stat(path)).size);
    const bit = random.below(8);
    await flipBit(path, at, bit);
    await watch.mustBeRefused(path, `bit ${bit} of byte ${at} flipped`, flip % 10 === 0);
    await flipBit(path, at, bit);
    if (flip % 400 === 399) request.say(`${flip + 1} of ${flips} flips`);
  }
  for (const name of names) {
    const path = join(checkpoint, name);
    const { size } = await stat(path);
    for (let length = Math.floor((size - 1) / page) * page; length >= 0; length -= page) {
      const cutOff = await cutTo(path, length, size);
      await watch.mustBeRefused(path, `cut to ${length} of ${size} bytes`, cuts % 10 === 0);
      await putBack(path, length, cutOff);
      cuts++;
    }
  }
  await watch.mustLoad();
  const measured = `${flips} flips over ${names.length} files, ${cuts} cuts at every 4 KiB`;
  return { measured, faults: watch.faults };
}

class Watch {
  readonly faults: string[] = [];

  constructor(
    private readonly run: RunFolder,
    private readonly store: CheckpointStore,
  ) {}

  /** @param alsoByOthers whether the check of the folder, and the load that falls back, are tried as well */
  async mustBeRefused(path: string, what: string, alsoByOthers: boolean): Promise<void> {
    const fault = (how: string) => this.faults.push(`${path}: ${what}: ${how}`);
    try {
      await this.store.load(2);
      fault('it loads');
    } catch (error) {
      if (!isForgeError(error) || error.code !== 'CHECKPOINT_CORRUPT') fault(String(error));
      else if (error.about !== path) fault(`the error is about ${error.about}`);
    }
    if (!alsoByOthers) return;
    const { problems, loadable } = await verifyRun(this.run, { deep: true });
    if (!problems.some(({ damage, path: named }) => damage && path.endsWith(named))) fault('verify does not name it');
    if (loadable.checkpoints.join() !== '1') fault(`verify calls ${loadable.checkpoints} sound`);
    const { step } = await libraryIn('/').loadFromCheckpoint(this.run.path, undefined, { code: false });
    if (step !== 1) fault(`step ${step} is loaded in its place`);
  }

  async mustLoad(): Promise<void> {
    await this.store.load(2).catch((error: unknown) => this.faults.push(`undamaged: ${String(error)}`));
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

async function cutTo(path: string, length: number, size: number): Promise<Uint8Array> {
  const cutOff = new Uint8Array(size - length);
  const handle = await open(path, 'r');
  await handle.read(cutOff, 0, cutOff.length, length);
  await handle.close();
  await truncate(path, length);
  return cutOff;
}

async function putBack(path: string, length: number, cutOff: Uint8Array): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(cutOff, 0, cutOff.length, length);
  await handle.close();
}
