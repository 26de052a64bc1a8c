import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tensor, writeTensorFile } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';
import { loopingModel, modelWithDataIn } from './onnx-file.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const project = {
  'package.json': '{ "type": "module" }',
  'data.ts': `import { defineData, fromArrays, tensor } from '@forge-ml/core';
export default defineData({ flags: {}, load: () => ({
  train: fromArrays({ x: tensor(new Float32Array(32), [8, 4]), y: new Int32Array(8) }).batch(4),
}) });`,
  'model.ts': `import { dense, sgd, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
export default defineModel({ flags: {}, load() {
  const layer = dense(2);
  return { predict: ({ x }, c) => layer(x, c), loss: ({ y }, l) => softmaxCrossEntropy(l, y), optimizer: sgd(0.1) };
} });`,
};

const sha256 = (bytes: string | Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('an untrusted model file in a checkpoint', function () {
  this.timeout(60_000);
  let cwd = '';
  const run = () => join(cwd, 'results/line/2');
  const checkpoint = (name = '') => join(run(), 'checkpoints/1', name);

  before(async () => {
    cwd = await makeFolder();
    await writeFiles(cwd, project);
    await mkdir(join(cwd, 'node_modules'));
    await symlink(join(modules, '@forge-ml'), join(cwd, 'node_modules/@forge-ml'), 'junction');
    const configs = ['--backend=onnx', '--engine=cpu', '--data-config=data.ts', '--model-config=model.ts'];
    const trained = await forge(['train', ...configs, '--run-name=line', '--steps=1'], { cwd });
    expect(trained.status, trained.stderr).to.equal(0);
    await writeTensorFile(join(cwd, 'in.safetensors'), new Map([['x', tensor(new Float32Array(8), [2, 4])]]));
  });
  beforeEach(() => cp(join(cwd, 'results/line/1'), run(), { recursive: true }));
  afterEach(() => rm(run(), { recursive: true, force: true }));
  after(() => removeFolder(cwd));

  /** Replaces the model of the checkpoint, with valid checksums, as the sender of a run can. */
  async function send(model: Uint8Array, more: Readonly<Record<string, object>> = {}): Promise<void> {
    await writeFile(checkpoint('model.onnx'), model);
    const { checksum: _, ...manifest } = JSON.parse(await readFile(checkpoint('checkpoint.json'), 'utf8')) as {
      checksum: string;
      files: object;
    };
    const files = { ...manifest.files, 'model.onnx': { bytes: model.length, checksum: sha256(model) }, ...more };
    const signed = `${JSON.stringify({ ...manifest, files }, null, 2).slice(0, -2)},\n`;
    await writeFile(checkpoint('checkpoint.json'), `${signed}  "checksum": "${sha256(signed)}"\n}\n`);
  }

  const predict = ['predict', 'line/2', '--no-code', '--data=in.safetensors', '--out=out.safetensors'];
  const uses: Readonly<Record<string, readonly string[]>> = {
    'forge predict --no-code': predict,
    'forge export': ['export', 'line/2', '--format=onnx', '--out=out.onnx'],
    'forge export of a folder': ['export', 'line/2', '--format=onnx-folder', '--out=out'],
    'forge runs verify --deep': ['runs', 'verify', 'line/2', '--deep'],
    'forge onnx:grad': [
      ...['onnx:grad', 'results/line/2/checkpoints/1/model.onnx', '--loss=cross-entropy'],
      ...['--data=in.safetensors', '--out=out.safetensors'],
    ],
  };

  for (const [use, words] of Object.entries(uses)) {
    for (const listed of [true, false]) {
      // A file that is not in the manifest is not part of the checkpoint: it is not copied, and not a problem.
      const ignored = !listed && /folder|verify/.test(use);
      it(`with weights in a pipe, ${listed ? 'listed' : 'not listed'} in its manifest: ${use} does not wait`, async () => {
        await send(
          modelWithDataIn('weights.bin'),
          listed ? { 'weights.bin': { bytes: 16, checksum: sha256('') } } : {},
        );
        execFileSync('mkfifo', [checkpoint('weights.bin')]);
        const { status, stdout, stderr } = await forge(words, { cwd, limitMs: 10_000 });
        const output = stdout + stderr;
        expect(status, output).to.be.oneOf(ignored ? [0, 1] : [1, 2]);
        if (!ignored) expect(output).to.match(/weights\.bin\b.*is not a (regular )?file/);
        for (const name of ignored ? ['out'] : []) await rm(join(cwd, name), { recursive: true, force: true });
        expect((await readdir(cwd)).filter((name) => /^\.?out/.test(name))).to.deep.equal([]);
      });
    }
  }

  for (const [what, iterations] of [
    ['without end', undefined],
    ['of 2^62 iterations', 2n ** 62n],
  ] as const) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`with a loop ${what} is stopped by ${signal}, and writes no output`, async () => {
        await send(loopingModel(iterations));
        const { child, finished } = startForge(predict, { cwd, limitMs: 20_000 });
        await pause(3000);
        expect(child.exitCode, 'it exited by itself').to.equal(null);
        const before = performance.now();
        child.kill(signal);
        const { status, stdout, stderr } = await finished;
        expect(performance.now() - before).to.be.lessThan(2000);
        expect([status, child.signalCode]).to.deep.equal([null, signal]);
        expect([stdout, stderr]).to.deep.equal(['', `Stopped by ${signal}: nothing was written.\n`]);
        expect((await readdir(cwd)).filter((name) => /^\.?out/.test(name))).to.deep.equal([]);
        // On a busy machine the model may not have started by then.
      }).retries(2);
    }
  }

  it('with a loop of a few iterations runs, so that the stopped models are valid ones', async () => {
    await send(loopingModel(3n));
    const { status, stderr } = await forge(predict, { cwd, limitMs: 20_000 });
    await rm(join(cwd, 'out.safetensors'), { force: true });
    expect([status, stderr]).to.deep.equal([0, '']);
  });
});
