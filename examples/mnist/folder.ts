import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ForgeError, messageOf, readIdx, type TensorData } from '@forge-ml/core';

/** Images as bytes [count, 28, 28], 0 (paper) to 255 (ink), and their labels [count], 0 to 9. */
export interface Digits {
  readonly count: number;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

export const side = 28;

/** The download folder, shared by all projects of a user. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const system = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  return join(XDG_CACHE_HOME || LOCALAPPDATA || system, 'forge', 'mnist');
}

/**
 * Reads one split of MNIST; undefined if the folder has none of its files.
 * @throws ForgeError DATA_UNAVAILABLE for an unreadable folder or an incomplete split, DATA_INVALID for bad files.
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
  const [images, labels] = await Promise.all([readBytes(imagesPath), readBytes(labelsPath)]);
  const [count] = images.shape as [number];
  if (images.shape.length !== 3 || images.shape[1] !== side || images.shape[2] !== side) {
    throw invalid(imagesPath, `holds [${images.shape.join(', ')}], not images of ${side} × ${side}`);
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw invalid(labelsPath, `holds [${labels.shape.join(', ')}] for ${count} images`);
  }
  const wrong = labels.bytes.findIndex((label) => label > 9);
  if (wrong >= 0) throw invalid(labelsPath, `has label ${labels.bytes[wrong]} at ${wrong}, not a digit`);
  return { count, images: images.bytes, labels: labels.bytes };
}

async function readBytes(path: string): Promise<TensorData> {
  const array = await readIdx(path);
  if (array.dtype !== 'uint8') throw invalid(path, `holds ${array.dtype}, not bytes`);
  return array;
}

/** Finds a file by its known names: `train-images-idx3-ubyte.gz`, unzipped, or with a dot before `idx3`. */
function find(folder: string, names: readonly string[], stem: string, ending: string): string | undefined {
  const spellings = ['-', '.'].flatMap((joint) => [`${stem}${joint}${ending}`, `${stem}${joint}${ending}.gz`]);
  const name = spellings.find((spelling) => names.includes(spelling));
  return name === undefined ? undefined : join(folder, name);
}

function unavailable(folder: string, fault: string): ForgeError {
  return new ForgeError('DATA_UNAVAILABLE', `The MNIST folder ${folder} ${fault}.`, {
    about: folder,
    hint: 'Set --data-dir to the folder of the idx files, or omit it to download them.',
  });
}

function invalid(path: string, fault: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} ${fault}.`, { about: path, hint: 'Download the file again.' });
}

/** The digits from an index up to another, without a copy. */
export function take({ images, labels }: Digits, from: number, to: number): Digits {
  const size = side * side;
  return { count: to - from, images: images.subarray(from * size, to * size), labels: labels.subarray(from, to) };
}
