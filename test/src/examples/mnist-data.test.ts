import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, type BatchDataset, elements } from '@forge-ml/core';
import { expect } from 'chai';
import { idxFile } from './idx-file.js';
import { loadExample } from './load-example.js';
import { realMnist } from './real-mnist.js';
import { forgeErrorOf } from './rejection.js';
import { inTemporaryFolder } from './temporary-folder.js';

interface Flags {
  readonly dataDir: string;
  readonly batchSize: number;
  readonly trainSize: number | null;
  readonly validSize: number | null;
  readonly seed: number;
}
interface Splits {
  readonly train: BatchDataset;
  readonly valid: BatchDataset;
  readonly test?: BatchDataset;
  readonly classes: number;
}

describe('examples/mnist: the data config', () => {
  let load: (flags: Flags) => Promise<Splits>;
  before(async () => {
    const module = await loadExample<{ default: { load: typeof load } }>('mnist/data.ts');
    load = (flags) => module.default.load(flags);
  });
  const defaults = { batchSize: 100, trainSize: null, validSize: null, seed: 0 };

  it('holds out the last 5,000 of the training digits and keeps the test digits apart', () =>
    inTemporaryFolder(async (dataDir) => {
      await writeSplit(dataDir, 'train', 5_150);
      await writeSplit(dataDir, 't10k', 20);
      const { train, valid, test, classes } = await load({ ...defaults, dataDir });
      expect(classes).to.equal(10);
      const numbers = async (data: BatchDataset) => (await batches(data)).flatMap((batch) => numbersIn(batch));
      expect((await numbers(train)).sort((a, b) => a - b)).to.deep.equal(range(0, 150));
      expect(await numbers(valid)).to.deep.equal(range(150, 5_150));
      expect(await numbers(test!)).to.deep.equal(range(0, 20));
    }));

  it('takes the first --train-size and --valid-size digits, and fails if there are fewer', () =>
    inTemporaryFolder(async (dataDir) => {
      await writeSplit(dataDir, 't10k', 1_030);
      const { train, valid, test } = await load({ ...defaults, dataDir, trainSize: 12, validSize: 7 });
      const trained = numbersIn((await batches(train))[0]!);
      expect(trained).to.not.deep.equal(range(0, 12));
      expect(trained.sort((a, b) => a - b)).to.deep.equal(range(0, 12));
      expect(numbersIn((await batches(valid))[0]!)).to.deep.equal(range(30, 37));
      expect(test).to.equal(undefined);
      const error = await forgeErrorOf(load({ ...defaults, dataDir, trainSize: 31 }));
      expect(error.message).to.equal('Requested 31 digits, but there are only 30.');
    }));

  it('gives float32 images from 0 to 1 and int32 labels', () =>
    inTemporaryFolder(async (dataDir) => {
      await writeSplit(dataDir, 't10k', 1_010);
      const [batch] = await batches((await load({ ...defaults, dataDir })).valid);
      expect(batch!.images!.dtype).to.equal('float32');
      expect(batch!.images!.shape).to.deep.equal([100, 28, 28, 1]);
      expect(batch!.labels!.dtype).to.equal('int32');
      expect(elements(batch!.images!)[783]).to.equal(1);
    }));

  it('names the files that a folder lacks', () =>
    inTemporaryFolder(async (dataDir) => {
      const missing = await forgeErrorOf(load({ ...defaults, dataDir: join(dataDir, 'nowhere') }));
      expect(missing.code).to.equal('DATA_UNAVAILABLE');
      expect(missing.message).to.contain('nowhere').and.contain('ENOENT');
      expect((await forgeErrorOf(load({ ...defaults, dataDir }))).message).to.contain('contains no idx files');
      await writeSplit(dataDir, 'train', 900);
      expect((await forgeErrorOf(load({ ...defaults, dataDir }))).message).to.contain('too few to hold out 5000');
      await rm(join(dataDir, 'train-images-idx3-ubyte'));
      const half = await forgeErrorOf(load({ ...defaults, dataDir }));
      expect(half.message).to.contain('has train-labels but no train-images');
      expect(half.hint).to.contain('--data-dir');
    }));

  it('rejects files that do not match', () =>
    inTemporaryFolder(async (dataDir) => {
      const labels = join(dataDir, 't10k-labels-idx1-ubyte');
      await writeSplit(dataDir, 't10k', 1_100);
      await writeFile(labels, idxFile([1_099], new Uint8Array(1_099)));
      expect((await forgeErrorOf(load({ ...defaults, dataDir }))).message).to.contain('holds [1099] for 1100 images');
      await writeFile(labels, idxFile([1_100], new Uint8Array(1_100).fill(11, 40, 41)));
      expect((await forgeErrorOf(load({ ...defaults, dataDir }))).message).to.contain('label 11 at 40');
      await writeFile(join(dataDir, 't10k-images-idx3-ubyte'), idxFile([1_100, 2, 2], new Uint8Array(4_400)));
      expect((await forgeErrorOf(load({ ...defaults, dataDir }))).message).to.contain('not images of 28 × 28');
    }));

  it('reads the published test split: 9,000 for training, 1,000 held out', async function () {
    const dataDir = realMnist(this);
    const { train, valid } = await load({ ...defaults, dataDir });
    expect(train.length).to.equal(90);
    expect(valid.length).to.equal(10);
    const labels = (await batches(valid)).flatMap((batch) => [...(elements(batch.labels!) as Int32Array)]);
    expect(labels.slice(-3)).to.deep.equal([4, 5, 6]);
  });
});

/** Writes digits: number n is in its first two pixels, its label is n mod 10, and its last pixel is 255. */
async function writeSplit(folder: string, split: string, count: number): Promise<void> {
  const images = new Uint8Array(count * 784);
  for (let n = 0; n < count; n++) images.set([n >> 8, n & 255], n * 784);
  for (let n = 0; n < count; n++) images[n * 784 + 783] = 255;
  const labels = Uint8Array.from({ length: count }, (_, n) => n % 10);
  await writeFile(join(folder, `${split}-images-idx3-ubyte`), idxFile([count, 28, 28], images));
  await writeFile(join(folder, `${split}-labels-idx1-ubyte`), idxFile([count], labels));
}

/** The numbers of the digits in a batch. Checks their labels. */
function numbersIn(batch: Batch): number[] {
  const images = elements(batch.images!) as Float32Array;
  return [...(elements(batch.labels!) as Int32Array)].map((label, at) => {
    const number = Math.round(images[at * 784]! * 255) * 256 + Math.round(images[at * 784 + 1]! * 255);
    expect(label).to.equal(number % 10);
    return number;
  });
}

async function batches(data: BatchDataset): Promise<Batch[]> {
  const reader = data.read({ epoch: 0, skip: 0 });
  const all: Batch[] = [];
  for (let next = await reader.next(); !next.done; next = await reader.next()) all.push(next.value);
  return all;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
