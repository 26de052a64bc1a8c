import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isOnnxError } from '../errors/onnx-error.js';
import { modelBytes } from '../export/to-model.js';
import { int } from '../graph/ir/attributes.js';
import { runModel } from '../import/model-cases.test.support.js';
import {
  bodyAttribute,
  float32,
  graphOf,
  type ModelParts,
  modelOf,
  nodeOf,
} from '../import/model-file.test.support.js';
import { readModel } from '../import/read-model.js';
import { decode, modelProto } from '../proto/codecs.js';
import type { GraphProto, TensorProto } from '../proto/messages.js';
import { numbersOf, tensorOf } from '../tensor/numbers.js';
import { type TensorData, tensor } from '../tensor/tensor.js';
import { quantizeMatrix } from './quantize-matrix.js';
import { type QuantizeOptions, quantizeWeights } from './quantize-weights.js';

const waves = (seed: number, ...shape: readonly number[]): TensorData => {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensorOf(
    Array.from({ length: count }, (_, at) => Math.sin((at + 1) * seed) * (1 + (at % 5))),
    'float32',
    shape,
  );
};
const x = waves(0.37, 3, 70);

/** A product, a product with a transposed matrix and a bias, and one whose matrix is in a Constant node. */
const parts: ModelParts = {
  inputs: { x: float32('batch', 70) },
  initializers: { 'up.weight': waves(1.7, 70, 40), 'down.weight': waves(1.3, 33, 40), 'down.bias': waves(0.9, 33) },
  nodes: [
    nodeOf('MatMul', ['x', 'up.weight'], ['hidden'], {}, { name: 'up' }),
    nodeOf('Gemm', ['hidden', 'down.weight', 'down.bias'], ['features'], { transB: int(1) }, { name: 'down' }),
    nodeOf('Constant', [], ['head.weight'], { value: { type: 'tensor', value: waves(2.1, 33, 8) } }),
    nodeOf('MatMul', ['features', 'head.weight'], ['y'], {}, { name: 'head' }),
  ],
  outputs: ['y'],
};

let folder: string;
const at = (name: string) => join(folder, name);

async function quantized(model: Uint8Array, options: QuantizeOptions = {}) {
  await writeFile(at('model.onnx'), model);
  const report = await quantizeWeights(at('model.onnx'), at('out.onnx'), options);
  return { report, bytes: new Uint8Array(await readFile(at('out.onnx'))) };
}

function graphIn(bytes: Uint8Array): GraphProto {
  return decode(modelProto, bytes).graph!;
}

async function outputOf(model: Uint8Array, inputs: readonly TensorData[] = [x]): Promise<number[]> {
  // Otherwise ONNX Runtime rounds the activations that restored weights multiply to 8 bits, too.
  const results = await runModel(model, inputs, { session: { qdq_matmulnbits_accuracy_level: '1' } });
  if (results instanceof Error) throw results;
  return numbersOf(results[0]!);
}

async function errorOf(model: Uint8Array, options: QuantizeOptions): Promise<string> {
  try {
    await quantized(model, options);
  } catch (error) {
    if (isOnnxError(error)) return `${error.message.replaceAll(`${folder}/`, '')} ${error.hint ?? ''}`.trim();
    throw error;
  }
  return 'none';
}

function relativeError(actual: readonly number[], expected: readonly number[]): number {
  const most = Math.max(...expected.map(Math.abs));
  return Math.max(...actual.map((value, index) => Math.abs(value - expected[index]!))) / most;
}

/** A weight [k, n], or [n, k], as its codes stand for it. */
function restored(weight: TensorData, options: QuantizeOptions, transposed = false): TensorData {
  const [rows, columns] = weight.shape as [number, number];
  const [k, n] = transposed ? [columns, rows] : [rows, columns];
  const { bits = 4, symmetric = false, block: size = 32 } = options;
  const block = size === 0 ? k : size;
  const values = Float32Array.from(numbersOf(weight));
  const made = quantizeMatrix({ values, k, n, transposed }, { bits, symmetric, block, half: false });
  return tensor(
    values.map((_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      const [index, of] = transposed ? [column, row] : [row, column];
      const place = of * made.blocks + Math.floor(index / block);
      return (made.codes[of * made.blocks * block + index]! - made.zeros[place]!) * made.scales[place]!;
    }),
    weight.shape,
  );
}

function restoredParts(options: QuantizeOptions): ModelParts {
  return {
    ...parts,
    initializers: {
      'up.weight': restored(waves(1.7, 70, 40), options),
      'down.weight': restored(waves(1.3, 33, 40), options, true),
      'down.bias': waves(0.9, 33),
      'head.weight': restored(waves(2.1, 33, 8), options),
    },
    nodes: parts.nodes!.filter(({ opType }) => opType !== 'Constant'),
  };
}

describe('weights quantized in blocks', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-quantize-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** What onnxruntime 1.30's quantize_matmul_4bits and _8bits make of `waves(1.7, 33, 2)` in blocks of 16. */
  const golden: readonly (readonly [4 | 8, boolean, string, string])[] = [
    [
      4,
      false,
      '3a6f8bb7d6d6b0938446272f4e0b48860000000000000000d8e8d0b2e598696f5d0c39788683f3d40000000000000000',
      '0f23193f6425063f8bbc303e6e3b0b3fda83213f8c72553d',
    ],
    [
      4,
      true,
      '4a6e8bb7d6d7b0936aa8c7c0a1e3a6680000000000000000b7c7b092c487685ea2f3c687797c0d2b0000000000000000',
      'b45f1f3fccb80ebfc2b0a53ed7d2193f1b2c1fbf631bc83d',
    ],
    [
      8,
      false,
      'aa3fff6bbb8a85c16de674e200c331a0448d72448025ff2ff04fc0008d506d890000000000000000000000000000000086d480e700d51cb152e9849b9d6bff62df5ec800a23c82726190348f2dff44dc00000000000000000000000000000000',
      'ff20103d9f82fc3c1957263cc20a033da003183d47e4483b',
    ],
    [
      8,
      true,
      '9939e760a97c78ae62cf69cc00b02b91a5657ca570c000b80d9b37e2659a81680000000000000000000000000000000072b56dc500b5189746c67084865bd9531e9a34f459ba7786976ac26bc800b32200000000000000000000000000000000',
      'b45f1f3dccb80ebdc2b0a53cd7d2193d1b2c1fbd631bc83b',
    ],
  ];
  for (const [bits, symmetric, codes, scales] of golden) {
    it(`to ${bits} bits${symmetric ? ' about 0' : ''}, as ONNX Runtime does`, () => {
      const values = new Float32Array(numbersOf(waves(1.7, 33, 2)));
      const options = { bits, block: 16, symmetric, half: false };
      const made = quantizeMatrix({ values, k: 33, n: 2, transposed: false }, options);
      const bytes = bits === 8 ? made.codes : tensor(made.codes, [made.codes.length], 'uint4').bytes;
      expect(Buffer.from(bytes).toString('hex')).to.equal(codes);
      expect(Buffer.from(made.scales.buffer).toString('hex')).to.equal(scales);
    });
  }

  for (const options of [
    { bits: 8 },
    { bits: 8, symmetric: true },
    { bits: 8, symmetric: true, format: 'qdq' },
    { bits: 8, block: 0, format: 'qdq' },
    { bits: 4, block: 16 },
    { bits: 4, block: 16, symmetric: true },
    { bits: 4, block: 16, format: 'qdq' },
    { bits: 4, block: 16, symmetric: true, format: 'qdq' },
  ] as const) {
    it(`${JSON.stringify(options)}: runs in ONNX Runtime as on the restored weights, and is read here`, async () => {
      const model = modelOf(parts);
      const { report, bytes } = await quantized(model, options);
      expect(report.weights.map(({ name }) => name)).to.deep.equal(['up.weight', 'down.weight', 'head.weight']);
      expect(report.kept).to.deep.equal([]);
      expect(report.bytesAfter).to.be.below(report.bytesBefore);
      const most = options.bits === 8 ? 0.02 : 0.25;
      for (const { error } of report.weights) expect(error).to.be.within(1e-4, most);
      const expected = await outputOf(modelOf(restoredParts(options)));
      expect(relativeError(await outputOf(bytes), expected)).to.be.below(1e-4);
      const { parameters } = await readModel(at('out.onnx'));
      expect([...parameters.keys()], 'the quantized weights are frozen').to.deep.equal(['down.bias']);
      const { initializer, node } = graphIn(bytes);
      expect(initializer.some(({ name }) => name.endsWith('.weight'))).to.equal(false);
      expect(node.some(({ opType }) => opType === 'Constant')).to.equal(false);
    });
  }

  it('keeps weights of float16 files in float16, with scales of float16', async () => {
    const half = (data: TensorData) => tensorOf(numbersOf(data), 'float16', data.shape);
    const model = modelOf({
      inputs: { x: { dtype: 'float16', shape: ['batch', 70] } },
      initializers: { w: half(waves(1.7, 70, 40)) },
      nodes: [nodeOf('MatMul', ['x', 'w'], ['y'])],
      outputs: ['y'],
    });
    const { bytes } = await quantized(model, { bits: 8 });
    const scales = graphIn(bytes).initializer.find(({ name }) => name === 'w_scales');
    expect(scales?.dataType).to.equal(10);
    expect(relativeError(await outputOf(bytes, [half(x)]), await outputOf(model, [half(x)]))).to.be.below(0.02);
  });

  it('matrices in a branch, of the branch and of the graph around it; one that is read elsewhere stays, too', async () => {
    const branch = graphOf({
      initializers: { inner: waves(0.6, 70, 40) },
      nodes: [
        nodeOf('MatMul', ['x', 'inner'], ['a']),
        nodeOf('MatMul', ['x', 'outer'], ['b']),
        nodeOf('Add', ['a', 'b'], ['c']),
      ],
      outputs: ['c'],
    });
    const other = graphOf({ nodes: [nodeOf('MatMul', ['x', 'outer'], ['d'])], outputs: ['d'] });
    const attribute = [bodyAttribute('then_branch', branch), bodyAttribute('else_branch', other)];
    const model = modelOf({
      inputs: { x: float32('batch', 70), yes: { dtype: 'bool', shape: [] } },
      initializers: { outer: waves(1.7, 70, 40) },
      nodes: [nodeOf('If', ['yes'], ['y'], {}, { attribute }), nodeOf('Identity', ['outer'], ['again'])],
      outputs: ['y', 'again'],
    });
    const { bytes } = await quantized(model, { bits: 8 });
    const { initializer, node } = graphIn(bytes);
    expect(initializer.map(({ name }) => name)).to.include.members(['outer', 'outer_Q8', 'inner_Q8']);
    expect(node[0]!.attribute.flatMap(({ g }) => g?.initializer ?? []).map(({ name }) => name)).to.deep.equal([]);
    for (const yes of [1, 0]) {
      const inputs = [x, tensor(Uint8Array.of(yes), [], 'bool')];
      expect(relativeError(await outputOf(bytes, inputs), await outputOf(model, inputs))).to.be.below(0.02);
    }
  });

  it('only those of patterns, by the names of weights and nodes', async () => {
    const model = modelOf(parts);
    const names = async (options: QuantizeOptions) =>
      (await quantized(model, options)).report.weights.map(({ name }) => name);
    expect(await names({ include: ['up*'] })).to.deep.equal(['up.weight']);
    expect(await names({ exclude: ['head', 'do*weight'] })).to.deep.equal(['up.weight']);
    expect((await quantized(model, { include: ['up'] })).report.kept).to.deep.equal(['down.weight', 'head.weight']);
    expect(await errorOf(model, { exclude: ['*lm_head*'] })).to.equal(
      'model.onnx: The pattern "*lm_head*" matches no weight and no node of a product. Among them are "up.weight", "up", "down.weight", "down", "head.weight", "head".',
    );
  });

  it('reads and writes external data', async () => {
    const data = waves(1.7, 70, 40);
    await writeFile(at('model.onnx.data'), data.bytes);
    const entries = { location: 'model.onnx.data', offset: '0', length: String(data.bytes.length) };
    const external: Partial<TensorProto> = {
      ...{ name: 'up.weight', dims: [70n, 40n], dataType: 1, dataLocation: 1 },
      externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
    };
    const graph = graphIn(modelOf(parts));
    const model = modelOf({
      ...parts,
      initializers: { 'down.weight': waves(1.3, 33, 40), 'down.bias': waves(0.9, 33) },
      tensors: [{ ...graph.initializer[0]!, rawData: undefined, ...external }],
    });
    const { report } = await quantized(model, { bits: 8 });
    expect(report.files.map((file) => file.replace(`${folder}/`, ''))).to.deep.equal(['out.onnx', 'out.onnx.data']);
    const bytes = await Promise.all(report.files.map(async (file) => (await stat(file)).size));
    expect(report.bytesAfter).to.equal(bytes[0]! + bytes[1]!);
    const inside = graphIn(new Uint8Array(await readFile(at('out.onnx')))).initializer;
    expect(inside.filter(({ dataLocation }) => dataLocation === 1).map(({ name }) => name)).to.include('up.weight_Q8');
    const { values } = await readModel(at('out.onnx'));
    const [expected] = (await quantizedInside()).slice(-1);
    expect(values.get('up.weight_Q8')).to.have.property('data').that.deep.equals(expected);
  });

  async function quantizedInside() {
    const { bytes } = await quantized(modelOf(parts), { bits: 8 });
    const value = (await readModel(bytes)).values.get('up.weight_Q8');
    return value?.kind === 'constant' ? [value.data] : [];
  }

  it('names what cannot be quantized, and options that do not fit', async () => {
    const model = modelOf(parts);
    expect(await errorOf(modelOf({ ...parts, opset: 17 }), { format: 'qdq' })).to.equal(
      'model.onnx: The file is of opset 17; DequantizeLinear of blocks and of 4 bits needs opset 21. Use the format nbits, or 8 bits with block 0.',
    );
    const relu = { inputs: { x: float32('n') }, nodes: [nodeOf('Relu', ['x'], ['y'])], outputs: ['y'] };
    expect(await errorOf(modelOf(relu), {})).to.equal(
      'model.onnx: Nothing of the model can be quantized: no MatMul or Gemm has a constant matrix that would become smaller. Weights of convolutions and embeddings stay as they are.',
    );
    expect(await errorOf(model, { bits: 3 as 4 })).to.equal('quantizeWeights cannot quantize with bits 3. Use 4 or 8.');
    expect(await errorOf(model, { block: 20 })).to.include('with block 20. Use 16, 32, 64, 128 or 256.');
    expect(await errorOf(model, { block: 0 })).to.include('Whole columns (0) need the format qdq.');
    const same = await quantizeWeights(at('model.onnx'), at('./model.onnx')).catch((error: unknown) => error);
    expect(same).to.have.property('code', 'FILE_SYSTEM');
    expect(same).to.have.property('message').that.includes('is a file of the model that is read');
  });

  it("is accepted by ONNX's checker, and equal to MatMulNBitsQuantizer", async function () {
    const python = process.env.FORGE_ONNX_PYTHON;
    if (python === undefined) {
      console.log('      skipped: FORGE_ONNX_PYTHON names no Python with onnx, onnxruntime and numpy');
      this.skip();
    }
    this.timeout(300_000);
    for (const options of [{ bits: 4 }, { bits: 8, symmetric: true }, { bits: 4, format: 'qdq' }] as const) {
      // With the types of its outputs, which the checker requires.
      await quantized(modelBytes(await readModel(modelOf(parts))), options);
      const script = `
import onnx, sys
from onnxruntime.quantization import QuantFormat
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
ours = onnx.load(sys.argv[2])
onnx.checker.check_model(ours, full_check=True)
config = DefaultWeightOnlyQuantConfig(block_size=32, bits=${options.bits},
    is_symmetric=${'symmetric' in options ? 'True' : 'False'},
    quant_format=QuantFormat.${'format' in options ? 'QDQ' : 'QOperator'})
theirs = MatMulNBitsQuantizer(onnx.load(sys.argv[1]), algo_config=config)
theirs.process()
ours = {t.name: onnx.numpy_helper.to_array(t).tobytes() for t in ours.graph.initializer}
new = [t for t in theirs.model.model.graph.initializer if t.name.startswith('up.weight_')]
print(len(new), all(ours[t.name] == onnx.numpy_helper.to_array(t).tobytes() for t in new))
`;
      const { stdout, stderr } = spawnSync(python, ['-c', script, at('model.onnx'), at('out.onnx')], {
        encoding: 'utf8',
      });
      expect(stdout.trim().split('\n').at(-1), stderr).to.equal(`${'symmetric' in options ? 2 : 3} True`);
    }
  });
});
