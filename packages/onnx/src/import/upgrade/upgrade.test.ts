import { expect } from 'chai';
import { modelBytes } from '../../export/to-model.js';
import { float, floats, int, ints, text } from '../../graph/ir/attributes.js';
import type { Attributes } from '../../graph/ir/graph.js';
import { tensor } from '../../tensor/tensor.js';
import { difference, runModel } from '../model-cases.test.support.js';
import { float32, modelOf, nodeOf } from '../model-file.test.support.js';
import { readModel } from '../read-model.js';

interface OldNode {
  readonly op: string;
  readonly opset: number;
  readonly shape: readonly number[];
  readonly attributes?: Attributes;
  /** Further inputs, as initializers. */
  readonly more?: readonly Float32Array[];
  readonly outputs?: number;
}

const old: readonly OldNode[] = [
  {
    op: 'AveragePool',
    opset: 7,
    shape: [1, 2, 5, 5],
    attributes: { kernel_shape: ints([2, 2]), pads: ints([0, 0, 1, 1]) },
  },
  { op: 'BatchNormalization', opset: 8, shape: [2, 3, 2], more: vectors(4, 3) },
  { op: 'BatchNormalization', opset: 13, shape: [2, 3, 2], more: vectors(4, 3), attributes: { epsilon: float(0.1) } },
  { op: 'Clip', opset: 10, shape: [6], attributes: { min: float(-0.5), max: float(0.25) } },
  { op: 'Clip', opset: 7, shape: [6], attributes: { max: float(0.25) } },
  { op: 'Dropout', opset: 10, shape: [6], attributes: { ratio: float(0.3) } },
  { op: 'GroupNormalization', opset: 18, shape: [2, 6, 3], more: vectors(2, 3), attributes: { num_groups: int(3) } },
  { op: 'Hardmax', opset: 11, shape: [2, 3, 4] },
  { op: 'LogSoftmax', opset: 11, shape: [2, 3, 4], attributes: { axis: int(0) } },
  { op: 'Pad', opset: 10, shape: [2, 3], attributes: { pads: ints([1, 0, 0, 2]), value: float(7) } },
  { op: 'Pad', opset: 7, shape: [2, 3], attributes: { pads: ints([0, 1, 0, 1]), mode: text('reflect') } },
  { op: 'ReduceMean', opset: 13, shape: [2, 3, 4], attributes: { axes: ints([0, -1]) } },
  { op: 'ReduceL2', opset: 11, shape: [2, 3], attributes: { axes: ints([1]), keepdims: int(0) } },
  { op: 'ReduceMax', opset: 8, shape: [2, 3] },
  { op: 'ReduceSum', opset: 12, shape: [2, 3], attributes: { axes: ints([1]) } },
  { op: 'Resize', opset: 10, shape: [1, 1, 4, 4], more: [Float32Array.of(1, 1, 2, 1.5)] },
  {
    op: 'Resize',
    opset: 10,
    shape: [1, 1, 4, 4],
    more: [Float32Array.of(1, 1, 0.6, 2)],
    attributes: { mode: text('linear') },
  },
  {
    op: 'Slice',
    opset: 9,
    shape: [4, 5],
    attributes: { starts: ints([1, -3]), ends: ints([3, 2 ** 53 - 1]), axes: ints([0, 1]) },
  },
  { op: 'Softmax', opset: 12, shape: [2, 3, 4] },
  { op: 'Softmax', opset: 12, shape: [2, 3, 4], attributes: { axis: int(-1) } },
  { op: 'Split', opset: 11, shape: [6, 2], attributes: { split: ints([1, 2, 3]) }, outputs: 3 },
  { op: 'Split', opset: 11, shape: [6, 2], outputs: 2 },
  { op: 'Split', opset: 13, shape: [6, 2], attributes: { axis: int(-1) }, outputs: 2 },
  { op: 'Squeeze', opset: 11, shape: [1, 3, 1], attributes: { axes: ints([2]) } },
  { op: 'Squeeze', opset: 11, shape: [1, 3, 1] },
  { op: 'TopK', opset: 9, shape: [2, 5], attributes: { k: int(2) }, outputs: 2 },
  { op: 'Unsqueeze', opset: 11, shape: [3], attributes: { axes: ints([0, 2]) } },
  { op: 'Upsample', opset: 7, shape: [1, 1, 2, 3], attributes: { scales: floats([1, 1, 2, 3]) } },
  {
    op: 'Upsample',
    opset: 9,
    shape: [1, 1, 2, 3],
    more: [Float32Array.of(1, 1, 2, 2)],
    attributes: { mode: text('linear') },
  },
];

/** Positive, as variances must be. */
function vectors(count: number, length: number): readonly Float32Array[] {
  return Array.from({ length: count }, (_, row) => Float32Array.from({ length }, (_, at) => 0.5 + row + at / 3));
}

function modelFor({ op, opset, shape, attributes = {}, more = [], outputs = 1 }: OldNode): Uint8Array {
  const names = more.map((_, index) => `w${index}`);
  const made = Array.from({ length: outputs }, (_, index) => `y${index}`);
  return modelOf({
    opset,
    nodes: [nodeOf(op, ['x', ...names], made, attributes)],
    inputs: { x: float32(...shape) },
    initializers: Object.fromEntries(more.map((values, index) => [`w${index}`, tensor(values)])),
    outputs: made,
  });
}

describe('operators of older opsets', () => {
  for (const node of old) {
    const { op, opset, shape, attributes = {} } = node;
    it(`${op} of opset ${opset} on [${shape.join(', ')}] with ${Object.keys(attributes).join(', ') || 'nothing'}`, async () => {
      const model = modelFor(node);
      const size = shape.reduce((product, dim) => product * dim, 1);
      const x = tensor(
        Float32Array.from({ length: size }, (_, at) => Math.sin(at * 1.7)),
        shape,
      );
      const expected = await runModel(model, [x]);
      const actual = await runModel(modelBytes(await readModel(model)), [x]);
      if (expected instanceof Error) throw expected;
      if (actual instanceof Error) throw actual;
      expect(actual.length).to.equal(expected.length);
      for (const [index, output] of expected.entries()) expect(difference(actual[index]!, output)).to.equal(undefined);
    });
  }
});
