import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Batch, type BatchDataset, elements, Forge, ForgeLibrary, Pipeline } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath, loadExample } from './load-example.js';
import { forgeErrorOf } from './rejection.js';
import { inTemporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Windows {
  readonly train: BatchDataset;
  readonly valid: BatchDataset;
}

async function batches(data: BatchDataset, epoch: number, skip = 0): Promise<Record<string, number[][]>[]> {
  const read: Batch[] = [];
  for await (const batch of Pipeline.from(data).epoch(epoch, skip)) read.push(batch);
  return read.map((batch) => ({ tokens: rows(batch.tokens!), targets: rows(batch.targets!) }));
}

function rows(tensor: Batch[string]): number[][] {
  const [count, places] = tensor.shape as [number, number];
  const all = Array.from(elements(tensor), Number);
  return Array.from({ length: count }, (_, row) => all.slice(row * places, (row + 1) * places));
}

describe('examples: tiny-gpt', function () {
  this.timeout(120_000);
  const config = examplePath('tiny-gpt/data.ts');

  it('reads windows of the text with the next characters as targets, the same from any position', async () => {
    const { proverbs } = await loadExample<{ proverbs: string }>('tiny-gpt/proverbs.ts');
    const flags = { places: 16, batchSize: 8, trainSize: 20, seed: 3 };
    const { train, valid } = (await Forge.load(config, flags)) as Windows;
    const first = await batches(train, 0);
    expect(first.map(({ tokens }) => tokens!.length)).to.deep.equal([8, 8, 4]);
    const letters = [...new Set(proverbs)].sort();
    const held = proverbs.slice(-Math.floor(proverbs.length / 10));
    for (const { tokens, targets } of [...first, ...(await batches(valid, 0))]) {
      for (const [row, window] of tokens!.entries()) {
        const text = [...window, targets![row]!.at(-1)!].map((number) => letters[number]).join('');
        expect(targets![row]!.slice(0, -1)).to.deep.equal(window.slice(1));
        expect(proverbs).to.include(text);
      }
    }
    const seen = (await batches(valid, 0)).flatMap(({ tokens }) => tokens!.flat());
    expect(held.startsWith(seen.map((number) => letters[number]).join(''))).to.equal(true);
    expect(seen.length).to.be.greaterThan(held.length - 32);

    expect(await batches(train, 1)).to.not.deep.equal(first);
    const again = (await Forge.load(config, flags)) as Windows;
    expect(await batches(again.train, 0, 1)).to.deep.equal(first.slice(1));
  });

  it('fails if the text is too short', async () => {
    const error = await forgeErrorOf(Forge.load(config, { text: examplePath('tiny-gpt/text.ts'), places: 4000 }));
    expect(error.message).to.include('too few for windows of 4000');
  });

  it('memorizes a text and continues it', () =>
    inTemporaryFolder(async (folder) => {
      const text = join(folder, 'text.txt');
      const sentence = 'the cat sat on the mat. ';
      await writeFile(text, sentence.repeat(30));
      const results = join(folder, 'results');
      const argv = [
        ...['--backend', 'onnx', '--engine', 'cpu', '--results-dir', results, '--text', text],
        ...['--data-config', config, '--model-config', examplePath('tiny-gpt/model.onnx.ts')],
        ...['--places', '16', '--size', '32', '--heads', '2', '--blocks', '1', '--dropout', '0.05'],
        ...['--train-size', '1600', '--epochs', '3', '--warmup-steps', '20', '--learning-rate', '0.01'],
      ];
      const forge = new ForgeLibrary({ directory: root, argv });
      const { status, step, metrics } = await forge.train(await forge.config());
      expect({ status, step }).to.deep.equal({ status: 'completed', step: 300 });
      // The first characters of a window do not determine the next one.
      expect(metrics.valid!.accuracy).to.be.greaterThan(0.8);

      const writing = await run(
        process.execPath,
        [
          resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs'),
          ...[examplePath('tiny-gpt/write.ts'), join(results, 'tiny-gpt', '1')],
          ...['--prompt', 'the cat sat on', '--length', '34', '--temperature', '0'],
        ],
        { cwd: root },
      );
      expect(writing.stdout).to.equal(`${sentence.repeat(2)}\n`);
    }));
});
