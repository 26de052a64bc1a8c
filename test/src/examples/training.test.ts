import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Batch, type BatchDataset, elements, Forge, ForgeLibrary, type TrainResult } from '@forge-ml/core';
import { expect } from 'chai';
import { idxFile } from './idx-file.js';
import { examplePath, loadExample } from './load-example.js';
import { realMnist } from './real-mnist.js';
import { inTemporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Trains with the flags given, the run in a temporary folder. */
async function train(folder: string, data: string, model: string, ...flags: string[]): Promise<TrainResult> {
  const configs = ['--data-config', examplePath(data), '--model-config', examplePath(model)];
  const argv = [
    '--backend',
    'tfjs',
    '--engine',
    'wasm',
    '--results-dir',
    join(folder, 'results'),
    ...configs,
    ...flags,
  ];
  const forge = new ForgeLibrary({ directory: root, argv });
  return forge.train(await forge.config());
}

const small = ['--train-size', '1500', '--valid-size', '500', '--epochs', '3'];

describe('examples: training', function () {
  this.timeout(120_000);

  it('digits: the CNN learns more than the MLP from the same few digits', () =>
    inTemporaryFolder(async (folder) => {
      const mlp = await train(folder, 'digits/data.ts', 'digits/mlp.tfjs.ts', ...small);
      const cnn = await train(folder, 'digits/data.ts', 'digits/cnn.tfjs.ts', ...small, '--dropout', '0.1');
      expect(mlp.status).to.equal('completed');
      expect(mlp.metrics.valid!.accuracy).to.be.within(0.6, 0.9);
      expect(cnn.metrics.valid!.accuracy).to.be.greaterThan(mlp.metrics.valid!.accuracy! + 0.03);
    }));

  it('digits: --endless never repeats a digit, and an epoch is the same whenever it is read', async () => {
    const config = examplePath('digits/data.ts');
    const values = { endless: true, trainSize: 60, validSize: 10, batchSize: 30 };
    const load = async () => ((await Forge.load(config, values)) as { train: BatchDataset }).train;
    const digits = async (data: BatchDataset, epoch: number, skip: number) => {
      const { value } = (await data.read({ epoch, skip }).next()) as IteratorYieldResult<Batch>;
      const images = Buffer.from(elements(value.images!).buffer);
      return Array.from({ length: 30 }, (_, n) => images.toString('base64', n * 3136, (n + 1) * 3136));
    };
    const first = await load();
    const seen = [
      await digits(first, 0, 0),
      await digits(first, 0, 1),
      await digits(first, 1, 0),
      await digits(first, 1, 1),
    ];
    expect(new Set(seen.flat()).size).to.equal(120);
    expect(await digits(await load(), 1, 1)).to.deep.equal(seen[3]);
  });

  it('mnist: both models train on idx files named by --data-dir', () =>
    inTemporaryFolder(async (folder) => {
      const { drawDigits } = await loadExample<{
        drawDigits(seed: number, first: number, count: number): { images: Float32Array; labels: Int32Array };
      }>('digits/draw-digits.ts');
      const { images, labels } = drawDigits(0, 0, 1_200);
      const ink = Uint8Array.from(images, (value) => value * 255);
      await writeFile(join(folder, 't10k-images-idx3-ubyte'), idxFile([1_200, 28, 28], ink));
      await writeFile(join(folder, 't10k-labels-idx1-ubyte'), idxFile([1_200], labels));
      for (const model of ['mnist/mlp.tfjs.ts', 'mnist/cnn.tfjs.ts', 'digits/cnn.tfjs.ts']) {
        const result = await train(
          folder,
          'mnist/data.ts',
          model,
          '--data-dir',
          folder,
          '--epochs',
          '1',
          '--valid-size',
          '100',
        );
        expect(result).to.include({ status: 'completed', step: 4 });
        expect(result.metrics.valid!.accuracy).to.be.within(0, 1);
      }
    }));

  it('mnist: the CNN reads real handwriting after one pass over 3,000 digits', async function () {
    const dataDir = realMnist(this);
    await inTemporaryFolder(async (folder) => {
      const flags = ['--data-dir', dataDir, '--train-size', '3000', '--epochs', '1'];
      const { metrics } = await train(folder, 'mnist/data.ts', 'mnist/cnn.tfjs.ts', ...flags);
      expect(metrics.valid!.accuracy).to.be.greaterThan(0.8);
    });
  });

  it('custom-loop: trains, is taken up again, and loads back as any run does', () =>
    inTemporaryFolder(async (folder) => {
      const results = join(folder, 'results');
      const script = (...flags: string[]) =>
        run(
          process.execPath,
          [
            resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs'),
            examplePath('custom-loop/train.ts'),
            ...['--results-dir', results, '--engine', 'wasm', ...flags],
          ],
          { cwd: root },
        );
      const sizes = ['--train-size', '300', '--valid-size', '100', '--target', '0.99'];
      expect((await script(...sizes, '--epochs', '1')).stdout).to.match(/^epoch 1: .* % right\nRun: /);
      const again = await script('--resume', join(results, 'custom-loop', '1'), '--override', '--epochs', '2');
      expect(again.stdout).to.match(/^epoch 2: /);
      const loaded = await Forge.loadFromCheckpoint(join(results, 'custom-loop', '1'));
      await loaded.restore();
      expect(loaded.step).to.equal(10);
      expect(loaded.run.metrics.valid!.accuracy).to.be.within(0, 1);
      await loaded.dispose();
    }));
});
