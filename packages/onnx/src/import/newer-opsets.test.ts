import { expect } from 'chai';
import { modelBytes, toModel } from '../export/to-model.js';
import { inferenceRules } from '../graph/infer/rules.js';
import { int, ints, text } from '../graph/ir/attributes.js';
import type { Attributes } from '../graph/ir/graph.js';
import { operatorVersions, versionAt } from '../proto/operator-versions.js';
import { type TensorData, tensor } from '../tensor/tensor.js';
import { difference, runModel } from './model-cases.test.support.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

const shape = [1, 2, 5, 5];
const x = tensor(
  Float32Array.from({ length: 50 }, (_, at) => Math.sin(at * 1.3)),
  shape,
);
const kernel = tensor(
  Float32Array.from({ length: 36 }, (_, at) => Math.cos(at)),
  [2, 2, 3, 3],
);
const whole = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));

interface Use {
  readonly attributes?: Attributes;
  readonly more?: readonly TensorData[];
  readonly outputs?: number;
}

/** Operators that opsets 22 to 25 changed, by how they are used; the others have one input and no attributes. */
const uses: Readonly<Record<string, Use>> = {
  AveragePool: { attributes: { kernel_shape: ints([2, 2]) } },
  Cast: { attributes: { to: int(11) } },
  CastLike: { more: [tensor(Float64Array.of(1))] },
  Conv: { more: [kernel] },
  ConvTranspose: { more: [kernel] },
  HardSwish: {},
  InstanceNormalization: { more: [tensor(Float32Array.of(1, 2)), tensor(Float32Array.of(0.5, 0))] },
  LpNormalization: { attributes: { axis: int(1) } },
  MaxPool: { attributes: { kernel_shape: ints([2, 2]) }, outputs: 2 },
  Mish: {},
  Pad: { more: [whole(0, 0, 1, 0, 0, 0, 0, 2)], attributes: { mode: text('reflect') } },
  Reshape: { more: [whole(0, -1)] },
  Squeeze: { more: [whole(0)] },
  TopK: { more: [whole(2)], outputs: 2 },
  Unsqueeze: { more: [whole(0)] },
};

const plain = [
  'Acos Asin Atan Cos Cosh Sin Sinh Tan Elu Selu Softplus Softsign ThresholdedRelu HardSigmoid Round',
  'GlobalAveragePool GlobalMaxPool Flatten Identity Shape Size Transpose Dropout',
].flatMap((line) => line.split(' '));

function fileOf(op: string, opset: number, { attributes = {}, more = [], outputs = 1 }: Use): Uint8Array {
  const names = more.map((_, at) => `w${at}`);
  const made = Array.from({ length: outputs }, (_, at) => `y${at}`);
  return modelOf({
    opset,
    nodes: [nodeOf(op, ['x', ...names], made, attributes)],
    inputs: { x: float32(...shape) },
    initializers: Object.fromEntries(more.map((value, at) => [`w${at}`, value])),
    outputs: made,
  });
}

describe('files of opsets 22 to 25', () => {
  for (const op of [...Object.keys(uses), ...plain]) {
    const opset = operatorVersions[op]!.findLast((version) => version <= 25)!;
    it(`${op} of opset ${opset}: written in opset 21, it computes the same`, async function () {
      const file = fileOf(op, Math.max(opset, 22), uses[op] ?? {});
      const written = modelBytes(await readModel(file));
      expect(toModel(await readModel(file)).opsetImport[0]!.version).to.equal(21n);
      const [expected, actual] = [await runModel(file, [x]), await runModel(written, [x])];
      if (expected instanceof Error) {
        // ONNX Runtime has no kernel for that opset: that of opset 21 must do.
        expect(expected.message).to.match(/NOT_IMPLEMENTED|not implemented|is under development/i);
        if (actual instanceof Error) throw actual;
        this.test!.title += ' (not compared: ONNX Runtime has no kernel of that opset)';
        this.skip();
      }
      if (actual instanceof Error) throw actual;
      for (const [at, output] of expected.entries()) expect(difference(actual[at]!, output)).to.equal(undefined);
    });
  }

  it('an operator that opset 23 or 24 introduced is written in that opset', async () => {
    const scale = [tensor(Float32Array.of(1, 1, 1, 1, 1))];
    for (const [op, version, more] of [
      ['RMSNormalization', 23, scale],
      ['Swish', 24, []],
    ] as const) {
      const model = await readModel(fileOf(op, 25, { more }));
      const { opsetImport, irVersion } = toModel(model);
      expect([op, opsetImport[0]!.version]).to.deep.equal([op, BigInt(version)]);
      expect(irVersion).to.equal(BigInt(version - 12));
    }
  });

  it('operators that a newer opset has not changed are read from it', async () => {
    expect((await readModel(fileOf('Relu', 28, {}))).outputs.get('y0')!.shape).to.deep.equal(shape);
    const cast = await readModel(fileOf('Cast', 28, { attributes: { to: int(1) } }));
    expect(() => cast.outputs.get('y0')!.shape).to.throw('Cast (node "y0") is in the form of opset 28');
    // Kept as it is, in its own opset.
    expect(toModel(cast).opsetImport[0]!.version).to.equal(28n);
  });

  it('every operator with a rule is in the table of versions', () => {
    // Upsample is of no opset any more; ONNX Runtime writes its own SimplifiedLayerNormalization without a domain.
    const unversioned = new Set(['Upsample', 'SimplifiedLayerNormalization']);
    const missing = Object.keys(inferenceRules).filter((op) => versionAt(op, 28) === undefined && !unversioned.has(op));
    expect(missing).to.deep.equal([]);
  });
});
