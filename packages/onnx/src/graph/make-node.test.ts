import { expect } from 'chai';
import { isOnnxError, type OnnxError } from '../errors/onnx-error.js';
import { tensorOf } from '../tensor/numbers.js';
import type { TensorData } from '../tensor/tensor.js';
import { int, ints, text } from './ir/attributes.js';
import type { Shape } from './ir/types.js';
import { constant, indices, input, parameter, scalar } from './ir/values.js';
import { makeNode, type NodeRequest } from './make-node.js';

const f = (...shape: Shape) => input('x', 'float32', shape);
const whole = (...shape: Shape) => input('i', 'int64', shape);
const loopBody = (state: Shape, next: Shape) => ({
  type: 'graph' as const,
  value: {
    inputs: [whole(), input('c', 'bool', []), f(...state)],
    outputs: new Map([
      ['c', input('c', 'bool', [])],
      ['s', f(...next)],
    ]),
  },
});

const rejected: readonly [what: string, request: NodeRequest, message: RegExp][] = [
  ['different dtypes', { op: 'Add', inputs: [f(2), whole(2)] }, /the same dtype, not float32 and int64/],
  ['a missing input', { op: 'Add', inputs: [f(2)] }, /its input 2 is missing/],
  ['shapes that do not broadcast', { op: 'Mul', inputs: [f('n', 2), f(3)] }, /do not broadcast/],
  ['a dtype the operator lacks', { op: 'Sqrt', inputs: [whole(2)] }, /must be float32, .* not int64/],
  ['different inner sizes', { op: 'MatMul', inputs: [f('n', 3), f(4, 2)] }, /3 columns, but 4 rows/],
  ['a Gemm of 3-d', { op: 'Gemm', inputs: [f(1, 2, 3), f(3, 2)] }, /2 dimensions, not 3/],
  ['different channels', { op: 'Conv', inputs: [f(1, 3, 8), f(4, 2, 3)] }, /3 channels in 1 groups/],
  ['a window larger than the image', { op: 'Conv', inputs: [f(1, 3, 2), f(4, 3, 3)] }, /window of 3 does not fit/],
  ['an attribute of another type', { op: 'Softmax', inputs: [f(2)], attributes: { axis: ints([1]) } }, /of type ints/],
  [
    'an axis out of range',
    { op: 'Softmax', inputs: [f(2)], attributes: { axis: int(1) } },
    /no axis 1 in 1 dimensions/,
  ],
  ['another number of elements', { op: 'Reshape', inputs: [f(2, 3), indices([4, 2])] }, /does not have the elements/],
  [
    'a size that does not divide evenly',
    { op: 'Reshape', inputs: [f(2, 3), indices([4, -1])] },
    /does not have the elem/,
  ],
  ['a list of sizes of any length', { op: 'Reshape', inputs: [f(2), whole(2 ** 40)] }, /more than the 64 allowed/],
  ['the same of Expand', { op: 'Expand', inputs: [f(2), whole(2 ** 40)] }, /more than the 64 allowed/],
  ['the same of ConstantOfShape', { op: 'ConstantOfShape', inputs: [whole(2 ** 40)] }, /more than the 64 allowed/],
  ['the same of Slice', { op: 'Slice', inputs: [f(2), whole(2 ** 40), whole(2 ** 40)] }, /more than the 64 allowed/],
  ['the same of Split', { op: 'Split', inputs: [f(2), whole(2 ** 40)] }, /more than the 65536 allowed/],
  ['pieces without limit', { op: 'Split', inputs: [f(2 ** 40)], attributes: { num_outputs: int(2 ** 40) } }, /65536/],
  ['two sizes of -1', { op: 'Reshape', inputs: [f(2, 3), indices([-1, -1])] }, /more than one -1/],
  ['a rank that is not known', { op: 'Reshape', inputs: [f(2), whole('n')] }, /length of its shape is not known/],
  ['a size to be squeezed', { op: 'Squeeze', inputs: [f(2, 3), indices([0])] }, /axis 0 has the size 2/],
  ['an axis twice', { op: 'Unsqueeze', inputs: [f(2), indices([0, 0])] }, /is repeated/],
  ['different sizes', { op: 'Concat', inputs: [f(2, 3), f(2, 4)], attributes: { axis: int(0) } }, /sizes 3 and 4/],
  [
    'an invalid permutation',
    { op: 'Transpose', inputs: [f(2, 3)], attributes: { perm: ints([0, 0]) } },
    /not a permutation/,
  ],
  ['split sizes with another sum', { op: 'Split', inputs: [f(4), indices([1, 2])] }, /do not add up to 4/],
  ['an index out of range', { op: 'Gather', inputs: [f(3), scalar(3, 'int64')] }, /no index 3 along a size of 3/],
  ['labels of another rank', { op: 'SoftmaxCrossEntropyLoss', inputs: [f(2, 3), whole(2, 3)] }, /dimensions/],
  [
    'an equation that does not fit',
    { op: 'Einsum', inputs: [f(2)], attributes: { equation: text('ij->i') } },
    /"ij->i"/,
  ],
  ['too many outputs', { op: 'Relu', inputs: [f(2)], outputs: 2 }, /1 outputs, not 2/],
  [
    'a state that changes its rank',
    { op: 'Loop', inputs: [null, null, f(2)], attributes: { body: loopBody([2], [2, 1]) } },
    /its state 1 is both float32\[2\] and float32\[2, 1\]/,
  ],
  [
    'a state that changes its size',
    { op: 'Loop', inputs: [null, null, f(2)], attributes: { body: loopBody([2], [3]) } },
    /its state 1 goes into its body as float32\[2\] and comes out as float32\[3\]/,
  ],
  ['more elements than can be counted', { op: 'Expand', inputs: [f(1), indices([2 ** 30, 2 ** 30])] }, /overflows/],
  ['a negative size', { op: 'ConstantOfShape', inputs: [indices([-2])] }, /-2 is not a size/],
];

describe('making a node', () => {
  for (const [what, request, message] of rejected) {
    it(`rejects ${what}, naming operator, node and types`, () => {
      const error = failureOf(() => makeNode({ ...request, origin: '/model/some_node' }));
      expect(error.code).to.equal('MODEL_INVALID');
      expect(error.message).to.match(message);
      expect(error.message).to.include(`${request.op} (node "/model/some_node") cannot take (`);
      expect(error.about).to.equal('/model/some_node');
    });
  }

  it('names an unknown operator', () => {
    const error = failureOf(() => makeNode({ op: 'Frobnicate', domain: 'com.example', inputs: [] }));
    expect(error.message).to.equal('com.example.Frobnicate is an unknown operator.');
    expect(failureOf(() => makeNode({ op: 'toString', inputs: [] })).message).to.include(
      'toString is an unknown operator',
    );
  });

  it('accepts explicit types for an operator without a rule', () => {
    const [y] = makeNode({ op: 'Conv', domain: 'com.example', inputs: [f(2)] }, [{ dtype: 'int8', shape: [4] }]);
    expect(y).to.include({ kind: 'node', dtype: 'int8' });
  });

  it('drops omitted trailing inputs', () => {
    expect(makeNode({ op: 'Clip', inputs: [f(2), null, null] })[0]!.node.inputs).to.have.length(1);
  });

  it('makes optional outputs only on request', () => {
    const pool = { op: 'MaxPool', inputs: [f(1, 1, 4)], attributes: { kernel_shape: ints([2]) } };
    expect(makeNode(pool)).to.have.length(1);
    expect(makeNode({ ...pool, outputs: 2 })[1]).to.deep.include({ dtype: 'int64', shape: [1, 1, 3] });
  });
});

describe('leaves of a graph', () => {
  it('must have the bytes of their shape', () => {
    const data: TensorData = { dtype: 'float32', shape: [3], bytes: new Uint8Array(8) };
    expect(failureOf(() => parameter('w', data)).message).to.equal(
      'parameter "w" is float32[3], which is 12 bytes, but it holds 8.',
    );
    expect(failureOf(() => constant(data)).message).to.include('12 bytes');
  });

  it('must have valid sizes', () => {
    expect(failureOf(() => input('x', 'float32', [2 ** 30, 2 ** 30])).message).to.include('input "x"');
    expect(failureOf(() => input('x', 'float32', [1.5])).message).to.include('1.5 is not a size');
  });

  it('hold half-precision numbers, rounded', () => {
    expect([...tensorOf([1, -2, 65504, 1e6, 2 ** -24, 0.1], 'float16', [6]).bytes]).to.eql(
      [0x3c00, 0xc000, 0x7bff, 0x7c00, 0x0001, 0x2e66].flatMap((bits) => [bits & 255, bits >> 8]),
    );
    expect([...tensorOf([1, 0.1], 'bfloat16', [2]).bytes]).to.eql([0x80, 0x3f, 0xcd, 0x3d]);
  });
});

function failureOf(make: () => unknown): OnnxError {
  try {
    make();
  } catch (error) {
    if (isOnnxError(error)) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}
