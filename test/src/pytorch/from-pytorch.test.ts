import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elements, type NamedTensors, RandomStream, readTensorFile, tensor, writeTensorFile } from '@forge-ml/core';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { forge } from '../cli/forge-process.js';

const script = fileURLToPath(new URL('../../pytorch/exported.py', import.meta.url));
const count = 8;
const random = RandomStream.of(1, 'examples');
const draw = (size: number, bound: number) => BigInt64Array.from({ length: size }, () => BigInt(random.below(bound)));

/** Inputs and labels for each model; the transformer classifies each word. */
const examples: Readonly<Record<string, NamedTensors>> = {
  resnet: new Map([
    [
      'x',
      tensor(
        Float32Array.from({ length: count * 3 * 32 * 32 }, () => random.normal()),
        [count, 3, 32, 32],
      ),
    ],
    ['target', tensor(draw(count, 5), [count])],
  ]),
  transformer: new Map([
    ['x', tensor(draw(count * 6, 20), [count, 6])],
    ['target', tensor(draw(count * 6, 5), [count, 6])],
  ]),
};

const data = `import { defineData, fromArrays, readTensorFile } from '@forge-ml/core';
export default defineData({
  async load() {
    const examples = fromArrays(Object.fromEntries(await readTensorFile('data.safetensors')));
    return { train: examples.batch(4), valid: examples.batch(${count}) };
  },
});`;

const model = `import { adam, fromOnnx, ops, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
export default defineModel({
  files: ['./model.onnx'],
  load: () =>
    fromOnnx(new URL('./model.onnx', import.meta.url), {
      loss: ({ target }, logits) =>
        softmaxCrossEntropy(logits.shape.length === 3 ? ops.transpose(logits, [0, 2, 1]) : logits, target),
      optimizer: adam(0.005),
    }),
});`;

/** Why no Python with PyTorch is available; undefined if there is one. */
function missingReason(python: string | undefined): string | undefined {
  const modules = 'torch, onnx, onnxruntime, numpy and safetensors';
  if (python === undefined) return `FORGE_TORCH_PYTHON names no Python with ${modules}`;
  const { status, stderr, error } = spawnSync(python, ['-c', `import ${modules.replace(' and', ',')}`], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

const python = process.env.FORGE_TORCH_PYTHON;

describe('a model file from PyTorch', function () {
  this.timeout(180_000);
  const reason = missingReason(python);
  if (reason !== undefined) {
    it(`is skipped: ${reason}`);
    return;
  }

  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
  });
  after(() => removeFolder(cwd));

  const inPython = (...args: string[]): void => {
    const { status, stderr } = spawnSync(python!, [script, ...args], { cwd, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  };
  const succeeds = async (folder: string, ...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await forge(words, { cwd: folder });
    expect(status, stderr).to.equal(0);
    return stdout;
  };

  for (const [name, tensors] of Object.entries(examples)) {
    describe(name, () => {
      let folder: string;
      const path = (file: string) => join(folder, file);
      before(async () => {
        folder = join(cwd, name);
        await mkdir(folder);
        await writeTensorFile(path('data.safetensors'), tensors);
        await writeFile(path('package.json'), '{ "type": "module" }');
        await writeFile(path('data.ts'), data);
        await writeFile(path('model.ts'), model);
        inPython('export', name, path('data.safetensors'), folder);
      });

      it('has the same gradients as in PyTorch', async () => {
        const grad = ['onnx:grad', 'model.onnx', '--loss', 'cross-entropy', '--data', 'data.safetensors'];
        await succeeds(folder, ...grad, '--out', 'ours.safetensors');
        const [ours, theirs] = [
          await readTensorFile(path('ours.safetensors')),
          await readTensorFile(path('gradients.safetensors')),
        ];
        expect([...ours.keys()]).to.have.members([...theirs.keys(), 'loss']);
        for (const [parameter, value] of theirs) {
          expect(difference(ours.get(parameter)!, value), parameter).to.be.at.most(1e-5);
        }
      });

      it('is fine-tuned, exported, and predicts the same everywhere', async () => {
        const configs = [
          '--backend',
          'onnx',
          '--engine',
          'cpu',
          '--data-config',
          'data.ts',
          '--model-config',
          'model.ts',
        ];
        const words = ['train', ...configs, '--run-name', 'tuned', '--epochs', '8', '--json'];
        const { metrics } = JSON.parse(await succeeds(folder, ...words)) as {
          metrics: Record<string, { loss: number }>;
        };
        const before = Number(elements((await readTensorFile(path('ours.safetensors'))).get('loss')!)[0]);
        expect(metrics.valid!.loss).to.be.lessThan(0.8 * before);

        const predict = ['predict', 'tuned', '--data', 'data.safetensors', '--out'];
        await succeeds(folder, ...predict, 'code.safetensors');
        await succeeds(folder, ...predict, 'no-code.safetensors', '--no-code');
        const session = await readFile(path('code.safetensors'));
        expect((await readFile(path('no-code.safetensors'))).equals(session), 'with code and without').to.equal(true);

        await succeeds(folder, 'export', 'tuned', '--out', 'tuned.onnx');
        await succeeds(folder, 'export', 'tuned', '--out', 'tuned', '--format', 'onnx-folder');
        const expected = (await readTensorFile(path('code.safetensors'))).get('output')!;
        for (const file of ['tuned.onnx', 'tuned/model.onnx']) {
          inPython('run', path(file), path('data.safetensors'), path('python.safetensors'));
          const output = (await readTensorFile(path('python.safetensors'))).get('output')!;
          expect(difference(output, expected), file).to.be.at.most(1e-5);
        }
      });
    });
  }
});

type Tensor = Parameters<typeof elements>[0];

/** max |a - b| / max |b| */
function difference(a: Tensor, b: Tensor): number {
  expect(a.shape).to.deep.equal(b.shape);
  const [ours, theirs] = [elements(a), elements(b)].map((values) => Array.from(values as Float32Array, Number));
  const furthest = Math.max(...theirs!.map((value, at) => Math.abs(value - ours![at]!)));
  return furthest / Math.max(...theirs!.map(Math.abs));
}
