import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, ForgeLibrary, tensor } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import { quantizeWeights } from '@forge-ml/onnx';
import { expect } from 'chai';
import { float32, modelOf, nodeOf } from '../finetune/model-file.test.support.js';

const noise = (seed: number, ...shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin((at + 1) ** 2 * seed) * 0.5),
    shape,
  );

/** Two products with a table between them that multiplies nothing trained: sines of positions. */
const base = modelOf({
  inputs: { x: float32('batch', 128) },
  initializers: {
    'up.weight': noise(1.1, 128, 192),
    positions: noise(0.2, 2, 192),
    'down.weight': noise(1.7, 192, 16),
    first: tensor(BigInt64Array.of(0n), [1]),
  },
  nodes: [
    nodeOf('MatMul', ['x', 'up.weight'], ['up']),
    nodeOf('Gather', ['positions', 'first'], ['position']),
    nodeOf('Sin', ['position'], ['wave']),
    nodeOf('Add', ['up', 'wave'], ['sum']),
    nodeOf('Tanh', ['sum'], ['act']),
    nodeOf('MatMul', ['act', 'down.weight'], ['product']),
    nodeOf('Tanh', ['product'], ['y']),
  ],
  outputs: ['y'],
});

const data = `import { defineData, fromArrays, tensor } from '@forge-ml/core';
const wave = (count, columns, step) => tensor(Float32Array.from({ length: count * columns }, (_, at) => Math.sin(at * step)), [count, columns]);
export default defineData({
  flags: {},
  load: () => ({ train: fromArrays({ x: wave(6, 128, 0.7), t: wave(6, 16, 0.3) }).batch(3) }),
});`;

const model = `import { adam, fromOnnx, meanSquaredError } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
export default defineModel({
  files: ['./base.onnx'],
  flags: {},
  load: () => fromOnnx(new URL('./base.onnx', import.meta.url), {
    lora: { rank: 1, targets: '*' },
    loss: ({ t }, y) => meanSquaredError(y, t),
    optimizer: adam(0.01),
  }),
});`;

const forms = [
  { bits: 4, block: 16 },
  { bits: 8, block: 16, symmetric: true },
  { bits: 4, block: 16, format: 'qdq' },
  { bits: 4, block: 16, format: 'qdq', symmetric: true },
  { bits: 8, block: 16, format: 'qdq' },
  { bits: 8, block: 0, format: 'qdq' },
] as const;

describe('a checkpoint of adapters of a quantized model', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-quantized-checkpoint-')));
    await writeFiles(folder, { 'data.ts': data, 'model.ts': model });
    await writeFile(join(folder, 'float.onnx'), base);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const library = (...argv: string[]) => new ForgeLibrary({ directory: folder, argv, warn: () => {} });

  for (const form of forms) {
    it(`has no weight, scale or table of the base, and predicts the same bits without code: ${JSON.stringify(form)}`, async () => {
      await rm(join(folder, 'base.onnx'), { force: true });
      await quantizeWeights(join(folder, 'float.onnx'), join(folder, 'base.onnx'), form);
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
      const forge = library(...configs, '--run-name', 'net', '--steps', '4');
      const experiment = await forge.config();
      const { run, memory } = await forge.train(experiment).finally(() => experiment.engine.dispose());

      // What was expected, with the run.
      expect(memory?.total).to.be.above(0);
      expect(JSON.parse(await readFile(join(run, 'run.json'), 'utf8')).memory).to.deep.equal(memory);
      const checkpoint = join(run, 'checkpoints', '4');
      const files = (await readdir(checkpoint)).filter((name) => name.endsWith('.onnx'));
      expect(files).to.deep.equal(['adapted-export.onnx', 'adapted.onnx']);
      // Without a weight of the base there are only names and nodes.
      for (const name of files) expect((await stat(join(checkpoint, name))).size, name).to.be.below(4000);

      const inputs = { x: noise(0.9, 5, 128) };
      const loaded = await library().loadFromCheckpoint(run);
      await loaded.restore();
      const expected = await loaded.session.predict(inputs);
      await loaded.dispose();
      const predictor = await library().openPredictor(run);
      expect(Object.values(await predictor.predict(inputs))).to.deep.equal(Object.values(expected));
      await predictor.dispose();

      const out = join(folder, 'exported');
      const unmerged = await library().exportCheckpoint(run, { out, format: 'onnx-folder', merge: false });
      expect(unmerged.notes).to.deep.equal([]);
      const one = join(folder, 'merged.onnx');
      const merged = await library().exportCheckpoint(run, { out: one, force: true });
      expect(merged.notes).to.have.length(1);
      expect(merged.notes[0]).to.match(
        /^Merging quantized 2 weights again \(27,648 numbers\): largest change [\d.e-]+, /,
      );
      const exported = await library().openExport(out);
      const [again] = Object.values(await exported.predict(inputs));
      const [wanted] = Object.values(expected);
      await exported.dispose();
      await rm(out, { recursive: true });
      const numbers = elements(wanted!) as Float32Array;
      for (const [at, value] of (elements(again!) as Float32Array).entries()) {
        expect(value).to.be.closeTo(numbers[at]!, 1e-5);
      }
    });
  }
});
