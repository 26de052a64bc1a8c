import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { forge } from '../cli/forge-process.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const data = `import { defineData, flag, fromArrays } from '@forge-ml/core';
const points = (count: number, phase: number) => {
  const x = Array.from({ length: count }, (_, row) => [Math.sin(phase + row * 1.7), Math.cos(phase + row * 2.3)]);
  return { x, y: Int32Array.from(x, ([a = 0, b = 0], row) => (a - b > 0.3 ? 2 : a + 0.2 * Math.sin(row) > 0 ? 1 : 0)) };
};
export default defineData({
  flags: { batchSize: flag.integer(16, 'Examples per minibatch.') },
  load: ({ batchSize, seed }) => ({
    train: fromArrays(points(64, 0)).shuffle(seed).batch(batchSize),
    valid: fromArrays(points(51, 0.5)).batch(batchSize),
  }),
});
`;

const metrics = `{
  f1: f1({ label: 'y' }), auc: rocAuc({ label: 'y' }), ap: prAuc({ label: 'y' }), nll: logLoss({ label: 'y' }),
  confusion: confusionMatrix({ label: 'y', names: ['none', 'one', 'two'] }),
}`;

const models: Readonly<Record<string, string>> = {
  tfjs: `import { confusionMatrix, defineModel, f1, logLoss, prAuc, rocAuc } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
import { adam } from '@forge-ml/backend-tfjs';
export default defineModel({ flags: {}, load() {
  const net = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 3 })] });
  return {
    predict: ({ x }) => net.apply(x) as tf.Tensor,
    loss: ({ y }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(y as tf.Tensor1D, 3), logits as tf.Tensor),
    metrics: ${metrics}, optimizer: adam(0.05), artefacts: { net },
  };
} });
`,
  onnx: `import { confusionMatrix, defineModel, f1, logLoss, prAuc, rocAuc } from '@forge-ml/core';
import { adam, dense, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
export default defineModel({ flags: {}, load() {
  const net = dense(3);
  return {
    predict: ({ x }, context) => net(x, context),
    loss: ({ y }, logits) => softmaxCrossEntropy(logits, y),
    metrics: ${metrics}, optimizer: adam(0.05), artefacts: { net },
  };
} });
`,
};

describe('metrics over a whole split, by forge train and forge eval', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await mkdir(cwd, { recursive: true });
    await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'));
    await writeFile(join(cwd, 'data.ts'), data);
    for (const [backend, model] of Object.entries(models)) await writeFile(join(cwd, `${backend}.ts`), model);
  });
  after(() => removeFolder(cwd));

  for (const backend of Object.keys(models)) {
    it(`${backend}: the same numbers from train and from eval, whatever the batch size`, async () => {
      const configs = ['--data-config', 'data.ts', '--model-config', `${backend}.ts`];
      const flags = [
        '--run-name',
        backend,
        '--backend',
        backend,
        '--engine',
        'cpu',
        '--steps',
        '20',
        '--keep',
        'best:valid.f1',
      ];
      const trained = await forge(['train', ...configs, ...flags, '--json'], { cwd });
      expect(trained.status, trained.stderr).to.equal(0);
      const { run, metrics } = JSON.parse(trained.stdout);
      for (const name of ['f1', 'auc', 'ap', 'nll']) expect(metrics.train[name], `train.${name}`).to.be.a('number');
      const table = JSON.parse(await readFile(join(run, 'media', '20', 'valid.confusion.table.json'), 'utf8'));
      for (const size of [1, 7, 51]) {
        const evaluated = await forge(['eval', backend, '--batch-size', String(size), '--json'], { cwd });
        expect(evaluated.status, evaluated.stdout + evaluated.stderr).to.equal(0);
        const { metrics: numbers, tables } = JSON.parse(evaluated.stdout);
        for (const name of ['f1', 'auc', 'ap']) expect(numbers[name], `${name}, ${size}`).to.equal(metrics.valid[name]);
        // An engine may compute the last bits of an output otherwise in a batch of another size.
        expect(numbers.nll).to.be.closeTo(metrics.valid.nll, 1e-6);
        expect(numbers.nll).to.be.closeTo(numbers.loss, 1e-5);
        const { columns, rows, values } = tables.confusion;
        expect(table.columns).to.deep.equal(['true \\ predicted', ...columns]);
        expect(table.rows).to.deep.equal(values.map((row: number[], at: number) => [rows[at], ...row]));
        expect(values.flat().reduce((sum: number, count: number) => sum + count, 0)).to.equal(51);
      }
      const { stdout } = await forge(['eval', backend], { cwd });
      expect(stdout).to.match(/^\S+\/1 at step 20 {2}valid {2}loss \S+ {2}f1 0\.\d+ {2}auc 0\.\d+ {2}ap 0\.\d+ /);
      expect(stdout).to.match(/\n\nconfusion\ntrue \\ predicted {2}none {2}one {2}two\nnone +\d/);
    }).timeout(120_000);
  }
});
