import { type Batch, defineData, elements, ForgeError, flag, fromArrays, tensor } from '@forge-ml/core';
import { downloadMnist } from './download.ts';
import { cacheFolder, type Digits, readSplit, side, take } from './folder.ts';

export default defineData({
  flags: {
    dataDir: flag.path('', 'Folder of the idx files. Default: the cache folder, with downloaded files.'),
    batchSize: flag.integer(64, 'Digits per minibatch.', { min: 1 }),
    trainSize: flag.integer(null, 'Number of training digits. Default: all.', { min: 1 }),
    validSize: flag.integer(null, 'Number of validation digits. Default: all that are held out.', { min: 1 }),
  },
  async load({ dataDir, batchSize, trainSize, validSize, seed }) {
    const { train, valid, test } = await readMnist(dataDir);
    const batches = (digits: Digits) => asDataset(digits).batch(batchSize).map(scale);
    return {
      train: asDataset(first(trainSize, train)).shuffle(seed).batch(batchSize).map(scale),
      valid: batches(first(validSize, valid)),
      ...(test && { test: batches(test) }),
      classes: 10,
    };
  },
});

/** Splits the 60,000 training digits into 55,000 and 5,000, or, without these, the 10,000 test digits into 9,000 and 1,000. */
async function readMnist(dataDir: string): Promise<{ train: Digits; valid: Digits; test?: Digits | undefined }> {
  if (dataDir === '') await downloadMnist(cacheFolder());
  const folder = dataDir || cacheFolder();
  const full = await readSplit(folder, 'train');
  const test = await readSplit(folder, 't10k');
  if (full !== undefined) return { ...holdOut(full, 5_000, folder), test };
  if (test === undefined) {
    throw new ForgeError('DATA_UNAVAILABLE', `${folder} contains no idx files of MNIST.`, {
      about: folder,
      hint: 'Set --data-dir to the folder of train-images-idx3-ubyte[.gz] and the other files.',
    });
  }
  const split = holdOut(test, 1_000, folder);
  console.error(
    `${folder} has only the test digits: ${split.train.count} for training, ${split.valid.count} held out.`,
  );
  return split;
}

function holdOut(digits: Digits, count: number, folder: string): { train: Digits; valid: Digits } {
  const rest = digits.count - count;
  if (rest > 0) return { train: take(digits, 0, rest), valid: take(digits, rest, digits.count) };
  throw new ForgeError('DATA_INVALID', `${folder} has ${digits.count} digits, too few to hold out ${count}.`, {
    about: folder,
    hint: 'Set --data-dir to a folder with the complete idx files.',
  });
}

function first(count: number | null, digits: Digits): Digits {
  if (count === null || count === digits.count) return digits;
  if (count < digits.count) return take(digits, 0, count);
  throw new ForgeError('FLAG_INVALID', `Requested ${count} digits, but there are only ${digits.count}.`, {
    hint: 'Lower --train-size or --valid-size.',
  });
}

function asDataset({ count, images, labels }: Digits) {
  return fromArrays({ images: tensor(images, [count, side, side, 1]), labels: new Int32Array(labels) });
}

/** Converts a batch to float32 from 0 to 1. The dataset stays in bytes, a quarter of the memory. */
function scale({ images, labels }: Batch): Batch {
  const values = new Float32Array(elements(images) as Uint8Array);
  for (let n = 0; n < values.length; n++) values[n] /= 255;
  return { images: tensor(values, images.shape), labels };
}
