import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Batch, type BatchDataset, ForgeLibrary, readMedia } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('examples: gan', function () {
  this.timeout(120_000);

  for (const [backend, engine] of [
    ['tfjs', 'wasm'],
    ['onnx', 'cpu'],
  ] as const) {
    it(`${backend}: both networks are trained, samples are logged, and a resumed run has the same bits`, () =>
      inTemporaryFolder(async (folder) => {
        const results = join(folder, 'results');
        const train = async (argv: string[], stopAfter?: number) => {
          const forge = new ForgeLibrary({ directory: root, argv: ['--results-dir', results, ...argv] });
          const stop = new AbortController();
          const step = ({ step }: { readonly step: number }) => step === stopAfter && stop.abort();
          const hooks = { step: (progress: { readonly step: number }) => void step(progress) };
          return forge.train(await forge.config(), { hooks, signal: stop.signal });
        };
        const configs = [
          ...['--backend', backend, '--engine', engine, '--data-config', examplePath('gan/data.ts')],
          ...['--model-config', examplePath(`gan/model.${backend}.ts`), '--hidden', '16'],
          ...['--train-size', '96', '--batch-size', '16', '--valid-size', '9', '--steps', '8', '--eval-every', '4'],
        ];
        const filesOf = async (run: string) => {
          const media = [];
          for await (const { step, split, name, file } of readMedia(run)) media.push({ step, split, name, file });
          expect(media.map(({ step, split, name }) => `${step} ${split}.${name}`)).to.deep.equal([
            ...['4 valid.samples', '8 valid.samples'],
          ]);
          const files = [
            ...media.map(({ file }) => file),
            ...['parameters', 'state'].map((name) => `checkpoints/8/${name}.safetensors`),
          ];
          const contents = await Promise.all(files.map((file) => readFile(join(run, file), 'base64')));
          const metrics = await readFile(join(run, 'metrics.jsonl'), 'utf8');
          return [...contents, metrics.replace(/"time":[\d.]+,/g, '')];
        };

        const straight = await train([...configs, '--run-name', 'straight']);
        expect(straight.metrics.valid).to.include.keys('discriminator.loss', 'generator.loss');
        const expected = await filesOf(straight.run);
        // A PNG of 3 x 3 digits of 28 pixels with 2 between them; other samples after more steps.
        const picture = Buffer.from(expected[0]!, 'base64');
        expect([picture.toString('latin1', 1, 4), picture.readUInt32BE(16)]).to.deep.equal(['PNG', 88]);
        expect(expected[1]).to.not.equal(expected[0]);

        const stopped = await train([...configs, '--run-name', 'stopped'], 5);
        // An engine that runs several steps in one block stops after the block.
        expect(stopped.status).to.equal('stopped');
        expect(stopped.step).to.be.within(5, 7);
        await train(['--resume', stopped.run]);
        expect(await filesOf(stopped.run)).to.deep.equal(expected);
      }));
  }

  it('makes new vectors in every epoch, the same for each evaluation', async () => {
    const forge = new ForgeLibrary({ directory: root, argv: [] });
    const { train, valid } = (await forge.load(examplePath('gan/data.ts'), {
      ...{ trainSize: 4, validSize: 2, batchSize: 4, seed: 1 },
    })) as { train: BatchDataset; valid: BatchDataset };
    const latents = async (data: BatchDataset, epoch: number) => {
      const { value } = (await data.read({ epoch, skip: 0 }).next()) as IteratorYieldResult<Batch>;
      return Buffer.from(value.latents!.bytes).toString('base64');
    };
    expect(await latents(train, 1)).to.not.equal(await latents(train, 0));
    expect(await latents(valid, 0)).to.equal(await latents(valid, 0));
  });
});
