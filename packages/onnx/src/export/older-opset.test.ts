import { expect } from 'chai';
import { int, ints, text } from '../graph/ir/attributes.js';
import type { Attributes, Graph } from '../graph/ir/graph.js';
import { difference, runModel } from '../import/model-cases.test.support.js';
import { float32, modelOf, nodeOf } from '../import/model-file.test.support.js';
import { readModel } from '../import/read-model.js';
import { type TensorData, tensor } from '../tensor/tensor.js';
import { modelBytes, toModel } from './to-model.js';

const x = tensor(
  Float32Array.from({ length: 48 }, (_, at) => Math.sin(at * 1.3)),
  [2, 6, 2, 2],
);
const whole = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));
const vector = (...values: number[]) => tensor(Float32Array.from(values));

interface Use {
  readonly op: string;
  readonly attributes?: Attributes;
  readonly more?: readonly TensorData[];
  readonly outputs?: number;
  /** The oldest opset that it can be written in. */
  readonly from: number;
  readonly problem?: string;
}

const uses: readonly Use[] = [
  { op: 'Relu', from: 13 },
  { op: 'ReduceMean', more: [whole(1, -1)], attributes: { keepdims: int(0) }, from: 13 },
  { op: 'ReduceMax', from: 13 },
  { op: 'ReduceL2', more: [whole(2)], attributes: { noop_with_empty_axes: int(1) }, from: 13 },
  {
    op: 'ReduceProd',
    attributes: { noop_with_empty_axes: int(1) },
    from: 18,
    problem: 'ReduceProd (node "y0") has no form of opset 17: it reduces no axis.',
  },
  { op: 'ReduceSum', more: [whole(1)], from: 13 },
  { op: 'Split', attributes: { axis: int(1), num_outputs: int(3) }, outputs: 3, from: 13 },
  { op: 'Split', more: [whole(1, 5)], attributes: { axis: int(1) }, outputs: 2, from: 13 },
  { op: 'Reshape', more: [whole(0, -1)], attributes: { allowzero: int(0) }, from: 13 },
  { op: 'Shape', attributes: { start: int(1) }, from: 15, problem: 'opset 15 introduced its attribute start' },
  { op: 'Pad', more: [whole(0, 0, 1, 0, 0, 0, 0, 2)], from: 13 },
  { op: 'Pad', more: [whole(1, 2), vector(), whole(2)], from: 18, problem: 'it pads some axes only' },
  { op: 'LayerNormalization', more: [vector(1, 2)], from: 17, problem: 'opset 17 introduced it' },
  { op: 'HardSwish', from: 14, problem: 'opset 14 introduced it' },
  { op: 'Mish', from: 18, problem: 'opset 18 introduced it' },
  { op: 'Gelu', from: 20, problem: 'opset 20 introduced it' },
  {
    op: 'GroupNormalization',
    attributes: { num_groups: int(3) },
    more: [vector(1, 2, 3, 4, 5, 6), vector(0, 0, 0, 0, 0, 1)],
    from: 21,
    problem: 'one scale for each channel',
  },
  { op: 'AveragePool', attributes: { kernel_shape: ints([2, 2]) }, from: 13 },
  {
    op: 'AveragePool',
    attributes: { kernel_shape: ints([1, 1]), dilations: ints([1, 1]) },
    from: 19,
    problem: 'opset 19 introduced its attribute dilations',
  },
  { op: 'Cast', attributes: { to: int(11), saturate: int(1) }, from: 13 },
  { op: 'Resize', more: [vector(), vector(1, 1, 2, 2)], attributes: { mode: text('nearest') }, from: 13 },
  { op: 'Softmax', attributes: { axis: int(1) }, from: 13 },
  { op: 'Squeeze', more: [], from: 13 },
  { op: 'Unsqueeze', more: [whole(0)], from: 13 },
  { op: 'TopK', more: [whole(1)], outputs: 2, from: 13 },
];

async function modelFor({ op, attributes = {}, more = [], outputs = 1 }: Use) {
  const names = more.map((data, at) => (data.shape[0] === 0 ? '' : `w${at}`));
  const made = Array.from({ length: outputs }, (_, at) => `y${at}`);
  const initializers = Object.fromEntries(more.flatMap((data, at) => (names[at] === '' ? [] : [[`w${at}`, data]])));
  return readModel(
    modelOf({
      nodes: [nodeOf(op, ['x', ...names], made, attributes)],
      inputs: { x: float32(2, 6, 2, 2) },
      initializers,
      outputs: made,
    }),
  );
}

const inOpset = (graph: Graph, opset: number) => modelBytes(graph, { opset });

describe('writing a model in another opset', () => {
  for (const use of uses) {
    const { op, from, attributes = {}, problem } = use;
    it(`${op} with ${Object.keys(attributes).join(', ') || 'nothing'}: the same from opset ${from} on`, async () => {
      const model = await modelFor(use);
      const expected = await runModel(modelBytes(model), [x]);
      if (expected instanceof Error) throw expected;
      for (const opset of [13, 15, 17, 18, 20, 21, 23].filter((one) => one >= from)) {
        const actual = await runModel(inOpset(model, opset), [x]);
        if (actual instanceof Error) throw actual;
        expect(toModel(model, { opset }).opsetImport[0]!.version).to.equal(BigInt(opset));
        for (const [at, output] of expected.entries()) {
          expect(difference(actual[at]!, output), `opset ${opset}`).to.equal(undefined);
        }
      }
      if (problem !== undefined) expect(() => inOpset(model, from - 1)).to.throw(problem);
    });
  }

  it('only the opsets that there are', async () => {
    const model = await modelFor({ op: 'Relu', from: 13 });
    expect(() => inOpset(model, 12)).to.throw('Models are not written in opset 12.');
    expect(() => inOpset(model, 99)).to.throw('Models are not written in opset 99.');
  });

  it('an operator that is kept in a newer form is named', async () => {
    const file = modelOf({
      opset: 28,
      inputs: { x: float32(2, 2) },
      nodes: [nodeOf('Cast', ['x'], ['y'], { to: int(1) }, { name: 'newer' })],
      outputs: ['y'],
    });
    const model = await readModel(file);
    expect(() => inOpset(model, 21)).to.throw('Cast (node "newer") is in the form of opset 28, not 21.');
  });
});
