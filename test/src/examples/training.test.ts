import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Batch, type BatchDataset, elements, Forge, ForgeLibrary, type TrainResult } from '@forge-ml/core';
import { expect } from 'chai';
import { idxFile } from './idx-file.js';
import { examplePath, loadExample } from './load-example.js';
import { realMnist } from './real-mnist.js';
import { inTemporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Trains with the given flags; the run is in the folder. */
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

  it('digits: the CNN is more accurate than the MLP on the same digits', () =>
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

  it('custom-loop: killed with SIGKILL, it is resumed to the same bits; it stops at its target; it loads back', () =>
    inTemporaryFolder(async (folder) => {
      const start = (name: string, ...flags: string[]) =>
        spawn(
          process.execPath,
          [
            resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs'),
            examplePath('custom-loop/train.ts'),
            ...['--results-dir', join(folder, name), '--engine', 'wasm', ...flags],
          ],
          { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
        );
      const outputOf = async (child: ReturnType<typeof start>) => {
        let output = '';
        child.stdout!.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
        const [status] = (await once(child, 'close')) as [number | null];
        return { status, output };
      };
      const runIn = (name: string) => join(folder, name, 'custom-loop', '1');
      const essenceOf = async (name: string) => {
        const read = (...path: string[]) => readFile(join(runIn(name), ...path), 'latin1');
        const [metrics, ...tensors] = await Promise.all([
          read('metrics.jsonl'),
          read('checkpoints/20/parameters.safetensors'),
          read('checkpoints/20/state.safetensors'),
        ]);
        return [metrics!.replace(/"time":[\d.]+,/g, ''), ...tensors];
      };
      const sizes = ['--train-size', '300', '--valid-size', '100'];
      const flags = [...sizes, '--target', '1', '--epochs', '4', '--save-every', '2', '--report-every', '1'];
      const straight = await outputOf(start('straight', ...flags));
      expect([straight.status, straight.output]).to.deep.equal([
        0,
        `custom-loop/1 completed: ${straight.output.match(/[\d.]+ %/)?.[0]} right, in ${runIn('straight')}\n`,
      ]);

      const child = start('killed', ...flags);
      const killed = once(child, 'close');
      while (!existsSync(join(runIn('killed'), 'checkpoints', '4')) && child.exitCode === null) await delay(2);
      child.kill('SIGKILL');
      expect((await killed)[1]).to.equal('SIGKILL');
      expect(existsSync(join(runIn('killed'), 'checkpoints', '20'))).to.equal(false);
      const resumed = await outputOf(start('killed', '--resume', runIn('killed')));
      expect(resumed.status).to.equal(0);
      expect(await essenceOf('killed')).to.deep.equal(await essenceOf('straight'));

      const early = await outputOf(start('early', ...sizes, '--target', '0.1', '--epochs', '4'));
      expect(early.output).to.include('custom-loop/1 completed: ');
      await using loaded = await Forge.loadFromCheckpoint(runIn('early'), { checkpoint: 'best:valid.accuracy' });
      expect(loaded.run).to.include({ status: 'completed' });
      expect(loaded.run.reason).to.match(/^reached an accuracy of 0\.\d+ in epoch \d$/);
      expect(loaded.step).to.be.lessThan(20);
      const { value } = (await loaded.data.train.read({ epoch: 0, skip: 0 }).next()) as IteratorYieldResult<Batch>;
      const outputs = await loaded.predict({ images: value.images! });
      expect(Object.values(outputs)[0]!.data).to.have.length(value.images!.shape[0]! * 10);
    }));
});
