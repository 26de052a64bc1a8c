import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Backend, type Batch, backendPort, ForgeError, type TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import ts from 'typescript';
import { runSuite } from '../conformance/run-suite.js';
import { blocksIn, root } from './pages.js';

interface Page {
  openSession(sample: Batch, seed: number, artefacts?: object): TrainSession;
}

/** A backend whose engine opens the page's sessions. */
function backendOf(page: Page): Backend {
  return {
    port: backendPort,
    name: 'smallest',
    engines: async () => [{ name: 'cpu', usable: true, detail: 'plain JavaScript' }],
    async start({ engine = 'cpu' }) {
      if (engine !== 'cpu') throw new ForgeError('ENGINE_UNUSABLE', `There is no engine ${engine}.`);
      const versions = { node: process.versions.node };
      return {
        info: { backend: 'smallest', engine, device: 'cpu', versions, settings: {}, warnings: [] },
        modules: { 'forge-backend-smallest': page },
        accepts: ['float32'],
        async build({ load, sample, seed }) {
          const model = (await load()) as { kind?: string; artefacts?: object } | null | undefined;
          if (model?.kind !== 'linear') throw new ForgeError('MODEL_INVALID', 'The model is not a linear one.');
          return page.openSession(sample, seed, model.artefacts);
        },
        dispose() {},
      };
    },
  };
}

describe('the smallest session of docs/write-a-backend.md', () => {
  let folder = '';
  before(async () => {
    // In the repository, so that packages are found as from a project's own files.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/session-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('passes the conformance suite', async () => {
    const blocks = await blocksIn('docs/write-a-backend.md', 'ts');
    const { text } = blocks.find((block) => block.text.startsWith('// session.ts\n'))!;
    const file = join(folder, 'session.js');
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    await writeFile(file, ts.transpileModule(text, { compilerOptions }).outputText);
    const backend = backendOf((await import(pathToFileURL(file).href)) as Page);
    const { failed, slow, passed } = await runSuite({
      name: 'smallest',
      backend,
      start: () => backend.start({ searchFrom: [] }),
      model: () => ({ kind: 'linear' }),
      optimizers: { sgd: { rule: 'sgd', learningRate: 0.1 } },
      cannot: {
        dropout: 'it is one layer',
        'optimizer-slots': 'gradient descent has none',
        schedules: 'its learning rate is a number',
        'live-tensors': 'its arrays are not counted',
      },
    });
    expect([...failed, ...slow]).to.deep.equal([]);
    expect(passed).to.be.greaterThan(70);
  }).timeout(60_000);
});
