import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, elements, ForgeLibrary, tensor } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import { quantizeWeights } from '@forge-ml/onnx';
import { int, ints } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { integerModel } from '../finetune/lora/integer-models.test.support.js';
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
  load() {
    const ids = tensor(BigInt64Array.from({ length: 6 * 8 }, (_, at) => BigInt((at * 7) % 16)), [6, 8]);
    return { train: fromArrays({ x: wave(6, 128, 0.7), ids, t: wave(6, 16, 0.3) }).batch(3) };
  },
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

/** Rows of a quantized table, their mean, a product of whole numbers, and a head that is tied to the table. */
function tied(): Uint8Array {
  const bytes = (seed: number, ...shape: readonly number[]) =>
    tensor(
      Uint8Array.from(
        { length: shape.reduce((a, b) => a * b) },
        (_, at) => 127.5 * (1 + Math.sin((at + 1) ** 2 * seed)),
      ),
      shape,
    );
  const scalar = (value: number) => tensor(Float32Array.of(value), []);
  const zero = tensor(Uint8Array.of(120), []);
  const quantization = ['table_scale', 'table_zero_point'];
  return modelOf({
    inputs: { ids: { dtype: 'int64', shape: ['batch', 8] } },
    initializers: {
      ...{ 'table.weight_quantized': bytes(1.1, 16, 192), table_scale: scalar(0.004), table_zero_point: zero },
      ...{ 'fc.weight_quantized': bytes(1.7, 192, 192), fc_scale: scalar(0.002), fc_zero_point: zero },
      axis: tensor(BigInt64Array.of(1n), [1]),
    },
    nodes: [
      nodeOf('Gather', ['table.weight_quantized', 'ids'], ['rows']),
      nodeOf('DequantizeLinear', ['rows', ...quantization], ['embedded']),
      nodeOf('ReduceMean', ['embedded', 'axis'], ['mean'], { keepdims: int(0) }),
      nodeOf('DynamicQuantizeLinear', ['mean'], ['mean q', 'mean s', 'mean z']),
      nodeOf('MatMulInteger', ['mean q', 'fc.weight_quantized', 'mean z', 'fc_zero_point'], ['whole']),
      nodeOf('Cast', ['whole'], ['real'], { to: int(1) }),
      nodeOf('Mul', ['mean s', 'fc_scale'], ['scales']),
      nodeOf('Mul', ['real', 'scales'], ['hidden']),
      nodeOf('DequantizeLinear', ['table.weight_quantized', ...quantization], ['table']),
      nodeOf('Transpose', ['table'], ['turned'], { perm: ints([1, 0]) }),
      nodeOf('MatMul', ['hidden', 'turned'], ['y']),
    ],
    outputs: ['y'],
  });
}

const written: Readonly<Record<string, () => Uint8Array>> = Object.fromEntries([
  ...[
    'MatMulInteger, int8, a scale for each column',
    'MatMulInteger, uint8',
    'DynamicQuantizeMatMul',
    'MatMulIntegerToFloat',
    'QLinearMatMul',
    'QGemm',
  ].map((name) => [name, () => modelOf(integerModel(name, [128, 192, 16]))] as const),
  ['rows of a quantized table that the head is tied to', tied],
]);

const forms = [
  { bits: 4, block: 16 },
  { bits: 8, block: 16, symmetric: true },
  { bits: 4, block: 16, format: 'qdq' },
  { bits: 4, block: 16, format: 'qdq', symmetric: true },
  { bits: 8, block: 16, format: 'qdq' },
  { bits: 8, block: 0, format: 'qdq' },
  { bits: 8, block: 0, format: 'qdq', symmetric: true },
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

  async function trained(...argv: string[]) {
    const configs = ['--backend', 'onnx', '--engine', 'cpu', '--data-config', 'data.ts', '--model-config', 'model.ts'];
    const forge = library(...(argv[0] === '--resume' ? [] : configs), ...argv);
    const experiment = await forge.config();
    return forge.train(experiment).finally(() => experiment.engine.dispose());
  }

  const made: Readonly<Record<string, () => Promise<unknown>>> = {
    ...Object.fromEntries(
      forms.map((form) => [
        JSON.stringify(form),
        () => quantizeWeights(join(folder, 'float.onnx'), join(folder, 'base.onnx'), form),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(written).map(([name, bytes]) => [name, () => writeFile(join(folder, 'base.onnx'), bytes())]),
    ),
  };

  for (const [form, make] of Object.entries(made)) {
    it(`has no weight, scale or table of the base, and predicts the same bits without code: ${form}`, async () => {
      await rm(join(folder, 'base.onnx'), { force: true });
      await make();
      const { run, memory } = await trained('--run-name', 'net', '--steps', '4');

      // What was expected, with the run.
      expect(memory?.total).to.be.above(0);
      expect(JSON.parse(await readFile(join(run, 'run.json'), 'utf8')).memory).to.deep.equal(memory);
      const checkpoint = join(run, 'checkpoints', '4');
      const files = (await readdir(checkpoint)).filter((name) => name.endsWith('.onnx'));
      expect(files).to.deep.equal(['adapted-export.onnx', 'adapted.onnx']);
      // Without a weight of the base there are only names and nodes.
      for (const name of files) expect((await stat(join(checkpoint, name))).size, name).to.be.below(4000);

      const inputs: Batch = /table/.test(form)
        ? {
            ids: tensor(
              BigInt64Array.from({ length: 40 }, (_, at) => BigInt((at * 5) % 16)),
              [5, 8],
            ),
          }
        : { x: noise(0.9, 5, 128) };
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
        /^Merging quantized 2 weights again \((27,648|39,936) numbers\): largest change [\d.e-]+, /,
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

  it('is resumed with the bits of a run that never stopped, on a product of whole numbers', async () => {
    await writeFile(join(folder, 'base.onnx'), written['MatMulInteger, uint8']!());
    const whole = await trained('--run-name', 'whole', '--steps', '4', '--save-every', '2');
    const short = await trained('--run-name', 'short', '--steps', '2', '--save-every', '2');
    await trained('--resume', short.run, '--override', '--steps', '4');
    for (const file of ['parameters.safetensors', 'state.safetensors']) {
      const [one, other] = await Promise.all(
        [whole, short].map(({ run }) => readFile(join(run, 'checkpoints', '4', file))),
      );
      expect(one!.equals(other!), file).to.equal(true);
    }
  });
});
