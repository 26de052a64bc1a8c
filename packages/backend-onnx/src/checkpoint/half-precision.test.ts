import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForgeLibrary, readTensorFile } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import { int, numbersOf, tensorOf } from '@forge-ml/onnx/graph';
import { decode, modelProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { float32, modelOf, nodeOf } from '../finetune/model-file.test.support.js';

const numbers = Array.from({ length: 12 }, (_, at) => Math.sin(at + 1));
const weight = (dtype: 'float16' | 'bfloat16') => tensorOf(numbers, dtype, [4, 3]);

/** Weights of half precision: of a float16 product, and of bfloat16 weights cast to float32. */
const files = {
  float16: modelOf({
    inputs: { x: { dtype: 'float16', shape: ['n', 4] } },
    initializers: { 'fc.weight': weight('float16') },
    nodes: [nodeOf('MatMul', ['x', 'fc.weight'], ['y'])],
    outputs: ['y'],
  }),
  bfloat16: modelOf({
    inputs: { x: float32('n', 4) },
    initializers: { 'fc.weight': weight('bfloat16') },
    nodes: [nodeOf('Cast', ['fc.weight'], ['w'], { to: int(1) }), nodeOf('MatMul', ['x', 'w'], ['y'])],
    outputs: ['y'],
  }),
};

const data = `import { defineData, fromArrays } from '@forge-ml/core';
export default defineData({
  flags: {},
  load() {
    const images = Array.from({ length: 8 }, (_, n) => [n, n * n, 1, -n].map(Math.sin));
    const targets = Array.from({ length: 8 }, (_, n) => [n, 2 * n, 1].map(Math.cos));
    return { train: fromArrays({ images, targets }).batch(8) };
  },
});`;
const model = `import { fromOnnx, meanSquaredError, ops, sgd } from '@forge-ml/backend-onnx';
export default { flags: {}, files: ['./model.onnx'], load: () => fromOnnx(new URL('./model.onnx', import.meta.url), {
  inputs: { x: ({ images }) => CAST }, optimizer: sgd(1e-3), loss: ({ targets }, y) => meanSquaredError(y, targets),
}) };`;

describe('a file with weights of half precision', () => {
  for (const dtype of ['float16', 'bfloat16'] as const) {
    it(`${dtype}: master weights in float32 are trained, and exported in the type of the file`, async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-half-')));
      try {
        await writeFile(join(folder, 'model.onnx'), files[dtype]);
        const cast = dtype === 'float16' ? "ops.cast(images, 'float16')" : 'images';
        await writeFiles(folder, { 'data.ts': data, 'model.ts': model.replace('CAST', cast) });
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
        const forge = new ForgeLibrary({ directory: folder, argv: [...configs, '--steps', '5', '--run-name', 'half'] });
        const experiment = await forge.config();
        const { run } = await forge.train(experiment);
        await experiment.engine.dispose();

        const parameters = await readTensorFile(join(run, 'checkpoints', '5', 'parameters.safetensors'));
        const master = parameters.get('fc.weight')!;
        expect([master.dtype, master.shape]).to.deep.equal(['float32', [4, 3]]);
        // Steps smaller than the spacing of half-precision numbers add up.
        const start = numbersOf(weight(dtype));
        expect(numbersOf(master).every((value, at) => value !== start[at])).to.equal(true);

        const out = join(folder, 'out.onnx');
        await new ForgeLibrary({ directory: folder, argv: [] }).exportCheckpoint(run, { out });
        const { graph } = decode(modelProto, await readFile(out));
        const [exported] = graph!.initializer;
        expect([exported!.name, exported!.dataType]).to.deep.equal(['fc.weight', dtype === 'float16' ? 10 : 16]);
        const expected = tensorOf(numbersOf(master), dtype, [4, 3]);
        expect(Buffer.compare(Buffer.from(exported!.rawData as Uint8Array), Buffer.from(expected.bytes))).to.equal(0);
        expect(graph!.node.map(({ opType }) => opType)).to.deep.equal(
          dtype === 'float16' ? ['MatMul'] : ['Cast', 'MatMul'],
        );
        const session = await InferenceSession.create(new Uint8Array(await readFile(out)));
        const x =
          dtype === 'float16'
            ? new Tensor('float16', Uint16Array.of(0x3c00, 0, 0, 0), [1, 4])
            : new Tensor('float32', [1, 0, 0, 0], [1, 4]);
        const { y } = await session.run({ x });
        await session.release();
        expect(y!.dims).to.deep.equal([1, 3]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }).timeout(60_000);
  }
});
