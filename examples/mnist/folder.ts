import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ForgeError, messageOf } from '@forge-ml/core';
import { readIdx } from './idx.ts';

/** Images as bytes [count, 28, 28], 0 (paper) to 255 (ink), and their labels [count], 0 to 9. */
export interface Digits {
  readonly count: number;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

export const side = 28;

/** Where downloads are kept for all projects of a user. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const system = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  return join(XDG_CACHE_HOME || LOCALAPPDATA || system, 'forge', 'mnist');
}

/**
 * Reads one split of MNIST; undefined where the folder has no file of it.
 * @throws ForgeError DATA_UNAVAILABLE for a folder that cannot be read or has half a split, DATA_INVALID for bad files.
 */
export async function readSplit(folder: string, split: 'train' | 't10k'): Promise<Digits | undefined> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unavailable(folder, `cannot be read (${messageOf(error)})`);
  });
  const imagesPath = find(folder, names, `${split}-images`, 'idx3-ubyte');
  const labelsPath = find(folder, names, `${split}-labels`, 'idx1-ubyte');
  if (imagesPath === undefined && labelsPath === undefined) return undefined;
  if (imagesPath === undefined) throw unavailable(folder, `has ${split}-labels but no ${split}-images`);
  if (labelsPath === undefined) throw unavailable(folder, `has ${split}-images but no ${split}-labels`);
  const [images, labels] = await Promise.all([readIdx(imagesPath), readIdx(labelsPath)]);
  const [count] = images.shape as [number];
  if (images.shape.length !== 3 || images.shape[1] !== side || images.shape[2] !== side) {
    throw invalid(imagesPath, `holds [${images.shape.join(', ')}], not images of ${side} × ${side}`);
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw invalid(labelsPath, `holds [${labels.shape.join(', ')}] for ${count} images`);
  }
  const wrong = labels.values.findIndex((label) => label > 9);
  if (wrong >= 0) throw invalid(labelsPath, `has label ${labels.values[wrong]} at ${wrong}, not a digit`);
  return { count, images: images.values, labels: labels.values };
}

/** The same file goes about as `train-images-idx3-ubyte.gz`, unpacked, and with a dot before `idx3`. */
function find(folder: string, names: readonly string[], stem: string, ending: string): string | undefined {
  const spellings = ['-', '.'].flatMap((joint) => [`${stem}${joint}${ending}`, `${stem}${joint}${ending}.gz`]);
  const name = spellings.find((spelling) => names.includes(spelling));
  return name === undefined ? undefined : join(folder, name);
}

function unavailable(folder: string, fault: string): ForgeError {
  return new ForgeError('DATA_UNAVAILABLE', `The MNIST folder ${folder} ${fault}.`, {
    about: folder,
    hint: 'Name the folder of the idx files with --data-dir; without it they are downloaded.',
  });
}

function invalid(path: string, fault: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} ${fault}.`, { about: path, hint: 'Fetch the file again.' });
}

/** The digits from one index up to another, over the same memory. */
export function take({ images, labels }: Digits, from: number, to: number): Digits {
  const size = side * side;
  return { count: to - from, images: images.subarray(from * size, to * size), labels: labels.subarray(from, to) };
}
