import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const files = {
  'package.json': '{ "type": "module" }',
  'data.ts': `import { defineData, fromArrays, tensor } from '@forge-ml/core';
export default defineData({ flags: {}, load: () => ({
  train: fromArrays({ x: tensor(new Float32Array(32), [8, 4]), y: new Int32Array(8) }).batch(4),
}) });`,
  'onnx.ts': `import { dense, sgd, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
export default defineModel({ flags: {}, load() {
  const layer = dense(2);
  return { predict: ({ x }, c) => layer(x, c), loss: ({ y }, l) => softmaxCrossEntropy(l, y), optimizer: sgd(0.1) };
} });`,
  'tfjs.ts': `import { sgd } from '@forge-ml/backend-tfjs';
import { defineModel } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
export default defineModel({ flags: {}, load() {
  const net = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 2 })] });
  return {
    predict: ({ x }) => net.apply(x),
    loss: ({ y }, l) => tf.losses.softmaxCrossEntropy(tf.oneHot(y, 2), l),
    optimizer: sgd(0.1), artefacts: { net },
  };
} });`,
};

describe('a model for another backend', () => {
  it('is reported with its backend', () =>
    inFolder(async (cwd) => {
      await mkdir(join(cwd, 'node_modules'), { recursive: true });
      for (const scope of ['@forge-ml', '@tensorflow']) {
        await symlink(join(modules, scope), join(cwd, 'node_modules', scope), 'junction');
      }
      for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
      for (const [model, backend] of [
        ['onnx', 'tfjs'],
        ['tfjs', 'onnx'],
      ] as const) {
        const configs = ['--data-config', 'data.ts', '--model-config', `${model}.ts`, '--steps', '1'];
        const { status, stderr } = await forge(['train', '--backend', backend, ...configs], { cwd });
        expect(status).to.equal(2);
        expect(stderr).to.include(`is for the backend ${model}: its code imports @forge-ml/backend-${model}.`);
        expect(stderr).to.include(`→ Train it with --backend ${model}.`);
      }
    })).timeout(20_000);
});
