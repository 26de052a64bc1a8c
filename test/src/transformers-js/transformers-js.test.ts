import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ForgeLibrary, type PredictedRow } from '@forge-ml/core';
import { quantizeWeights } from '@forge-ml/onnx';
import { expect } from 'chai';
import { describeInBrowser } from '../browser/browser.js';
import { trainExample } from '../examples/train-example.js';
import { serveFolders } from './file-server.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = fileURLToPath(new URL('./classify.js', import.meta.url));
const modules = process.env.FORGE_TRANSFORMERS_JS ?? '';
const missing = existsSync(join(modules, 'node_modules/@huggingface/transformers'))
  ? null
  : 'FORGE_TRANSFORMERS_JS names no folder where npm has installed @huggingface/transformers';

const texts = [
  'The receipt shows a wrong price!',
  'they lost the parcel',
  'I forgot the password of my account, please',
];

describe('a folder for transformers.js', function () {
  this.timeout(300_000);
  const forge = new ForgeLibrary({ directory: root });
  let folder: string;
  let run: string;
  let expected: Record<string, number>[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-transformers-'));
    await trainExample('lora', 'onnx', folder, '--epochs', '2');
    run = join(folder, 'lora/1');
    await forge.exportCheckpoint(run, { out: join(folder, 'topics'), format: 'transformers' });
    await using predictor = await forge.openPredictor(run);
    expected = probabilities(await predictor.predictRows(texts.map((text) => ({ text }))));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const file = async (name: string) => JSON.parse(await readFile(join(folder, 'topics', name), 'utf8')) as object;
  const close = (scores: readonly Readonly<Record<string, number>>[], most: number) => {
    expect(scores).to.have.length(expected.length);
    for (const [at, classes] of scores.entries()) {
      expect(Object.keys(classes).sort()).to.deep.equal(Object.keys(expected[at]!).sort());
      for (const [name, score] of Object.entries(classes))
        expect(score, name).to.be.closeTo(expected[at]![name]!, most);
    }
  };

  it('names the classes, and has the tokenizer that the run stores', async () => {
    expect(await file('config.json')).to.deep.include({
      ...{ model_type: 'bert', architectures: ['BertForSequenceClassification'] },
      ...{ id2label: { 0: 'account', 1: 'billing', 2: 'delivery' }, num_labels: 3 },
    });
    expect(await file('tokenizer_config.json')).to.deep.include({ model_max_length: 64, pad_token: '[PAD]' });
    const { model } = (await file('tokenizer.json')) as { readonly model: { readonly type: string } };
    expect(model.type).to.equal('WordPiece');
  });

  for (const format of ['transformers', 'onnx-folder'] as const) {
    it(`predicts raw texts by Forge.openExport, as ${format}, and again after it was overwritten`, async () => {
      const out = join(folder, `opened-${format}`);
      for (const force of [false, true]) {
        await forge.exportCheckpoint(run, { out, format, force });
        await using exported = await forge.openExport(out);
        close(probabilities(await exported.predictRows(texts.map((text) => ({ text })))), 1e-6);
        expect([...exported.preparation!.columns.keys()]).to.deep.equal(['text']);
      }
    });
  }

  describe(missing === null ? 'in transformers.js' : `in transformers.js (skipped: ${missing})`, () => {
    before(async function () {
      if (missing !== null) return this.skip();
      const [from, out] = ['model.onnx', 'model_quantized.onnx'].map((name) => join(folder, 'topics/onnx', name));
      await quantizeWeights(from!, out!, { bits: 8 });
    });

    for (const [how, title, most] of [
      ['fp32', 'the model gives what the run predicts', 1e-5],
      ['q8', 'so does the quantized model, about', 0.02],
      ['web', 'so does onnxruntime-web', 1e-5],
    ] as const) {
      it(title, async () => {
        const args = [script, modules, `${folder}/`, 'topics', how, ...texts];
        const { stdout } = await promisify(execFile)(process.execPath, args);
        close(JSON.parse(stdout) as Record<string, number>[], most);
      });
    }

    describeInBrowser('the same in a browser', (open) => {
      it('gives what the run predicts', async function () {
        // WebAssembly of 20 MB is compiled.
        this.timeout(300_000);
        const server = await serveFolders({ modules: join(modules, 'node_modules'), models: folder });
        try {
          const { page } = await open({ origin: server.origin, expected: /adapter|onnxruntime|404/ });
          await page.goto(`${server.origin}/`);
          const scores = await page.evaluate(classifyInPage, texts);
          close(scores, 1e-5);
        } finally {
          server.closeAllConnections();
          server.close();
        }
      });
    });
  });
});

/** Runs in the page. */
async function classifyInPage(given: readonly string[]): Promise<Record<string, number>[]> {
  const at = '/modules/@huggingface/transformers/dist/transformers.min.js';
  const { env, pipeline } = await import(at);
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    useBrowserCache: false,
    localModelPath: '/models/',
  });
  Object.assign(env.backends.onnx.wasm, { wasmPaths: '/modules/onnxruntime-web/dist/', numThreads: 1 });
  const classify = await pipeline('text-classification', 'topics', { dtype: 'fp32' });
  const results = (await classify(given, { top_k: null })) as { readonly label: string; readonly score: number }[][];
  return results.map((classes) => Object.fromEntries(classes.map(({ label, score }) => [label, score])));
}

/** Of the classes, by name. */
function probabilities(rows: readonly PredictedRow[]): Record<string, number>[] {
  return rows.map(({ topic: _, ...outputs }) => {
    const scores = Object.values(outputs)[0] as unknown as Record<string, number>;
    const powers = Object.entries(scores).map(([name, score]) => [name, Math.exp(score)] as const);
    const sum = powers.reduce((total, [, power]) => total + power, 0);
    return Object.fromEntries(powers.map(([name, power]) => [name, power / sum]));
  });
}
