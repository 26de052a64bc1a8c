import { expect } from 'chai';
import { gradientsOf } from '../autodiff/gradients.js';
import { openGraph } from '../autodiff/run-graph.test.support.js';
import type { Value } from '../graph/ir/graph.js';
import { constant, input, parameter, scalar } from '../graph/ir/values.js';
import { walk } from '../graph/ir/walk.js';
import { optimize } from '../graph/optimize/optimize.js';
import * as ops from '../ops.js';
import { numbersOf } from '../tensor/numbers.js';
import { tensor } from '../tensor/tensor.js';
import { autocast } from './autocast.js';

const numbers = (shape: readonly number[], scale = 1) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => scale * Math.sin(at * 1.7 + 1)),
    shape,
  );
const x = input('x', 'float32', ['batch', 4]);
const weights = parameter('weights', numbers([4, 4]));
const bias = parameter('bias', numbers([4]));
const half = (value: Value) => autocast([value], 'float16')[0]!;
const nodesOf = (value: Value) => walk([value]).nodes;
const typesOf = (value: Value, op: string) =>
  nodesOf(value).flatMap((node) => (node.op === op ? [node.outputs[0]!.dtype] : []));

describe('autocast', () => {
  it('computes products in half precision, reductions and softmax in float32, and keeps the types of results', () => {
    const y = ops.reduceMean(ops.softmax(ops.relu(ops.matMul(x, weights)), -1));
    const made = half(y);
    expect(typesOf(made, 'MatMul')).to.deep.equal(['float16']);
    expect(typesOf(made, 'Relu')).to.deep.equal(['float16']);
    expect(typesOf(made, 'Softmax')).to.deep.equal(['float32']);
    expect(typesOf(made, 'ReduceMean')).to.deep.equal(['float32']);
    expect(half(ops.matMul(x, weights)).dtype).to.equal('float32');
  });

  it('casts each parameter and each value once, and never back and forth', () => {
    const once = ops.matMul(x, weights);
    const both = ops.add(ops.matMul(once, weights), ops.matMul(ops.relu(once), weights));
    const made = half(both);
    const casts = nodesOf(made).filter(({ op }) => op === 'Cast');
    // x, the weights, and the result.
    expect(casts).to.have.length(3);
  });

  it('adds a bias to a product in half precision, as linear of PyTorch; another float32 operand makes a sum float32', () => {
    const biased = half(ops.relu(ops.add(ops.matMul(x, weights), bias)));
    expect(typesOf(biased, 'Add')).to.deep.equal(['float16']);
    const residual = half(ops.add(ops.matMul(x, weights), x));
    expect(typesOf(residual, 'Add')).to.deep.equal(['float32']);
  });

  it('keeps numbers that half precision has not in float32', () => {
    const product = ops.matMul(x, weights);
    const dtypeOfSum = (number: number) => typesOf(half(ops.add(product, scalar(number))), 'Add')[0];
    expect([0.5, 0, -65_504].map(dtypeOfSum)).to.deep.equal(['float16', 'float16', 'float16']);
    expect([-1e9, 1e-12, 70_000].map(dtypeOfSum)).to.deep.equal(['float32', 'float32', 'float32']);
    const table = constant(numbers([4]));
    expect(typesOf(half(ops.mul(product, table)), 'Mul')).to.deep.equal(['float32']);
  });

  it('gives operators in no list, and bodies, the types that they had', () => {
    const product = ops.matMul(x, weights);
    const made = half(ops.sqrt(product));
    expect(typesOf(made, 'Sqrt')).to.deep.equal(['float32']);
    const steps = ops.loop(scalar(2, 'int64'), [product], (_, [state]) => ({
      states: [ops.add(state!, product)],
      scans: [],
    }));
    const [looped] = autocast(steps.states, 'float16');
    expect(looped!.dtype).to.equal('float32');
    expect(typesOf(looped!, 'MatMul')).to.deep.equal(['float16']);
  });

  it('leaves float64, whole numbers and graphs without products as they are', () => {
    const wide = input('wide', 'float64', [2, 2]);
    const values = [ops.matMul(wide, wide), ops.softmax(x, -1)];
    expect(autocast(values, 'float16')).to.deep.equal(values);
  });

  it('computes in float32 what a float16 file computes in half precision without need', () => {
    const h = input('h', 'float16', [2, 2]);
    const made = half(ops.matMul(ops.softmax(ops.matMul(h, h), -1), h));
    expect(typesOf(made, 'Softmax')).to.deep.equal(['float32']);
    expect(typesOf(made, 'MatMul')).to.deep.equal(['float16', 'float16']);
    expect(made.dtype).to.equal('float16');
  });

  it('has gradients in the types of the values, within half precision of those in float32', async () => {
    const hidden = ops.tanh(ops.add(ops.matMul(x, weights), bias));
    const loss = ops.reduceMean(ops.logSoftmax(ops.matMul(hidden, weights), -1), undefined, { keepdims: false });
    const mixed = half(loss);
    const exact = gradientsOf(loss, [weights, bias]);
    const found = gradientsOf(mixed, [weights, bias]);
    expect(found.map((value) => value!.dtype)).to.deep.equal(['float32', 'float32']);
    expect(typesOf(found[0]!, 'MatMul')).to.satisfy((types: string[]) => types.every((type) => type === 'float16'));
    const outputs = new Map([...exact, ...found].map((value, at) => [`${at}`, value!]));
    const graph = optimize({ inputs: [x], outputs });
    const session = await openGraph(graph);
    const results = await session.run(new Map([['x', numbers([3, 4])]]));
    await session.close();
    for (const at of [0, 1]) {
      const [a, b] = [numbersOf(results.get(`${at}`)!), numbersOf(results.get(`${at + 2}`)!)];
      const size = Math.max(...a.map(Math.abs));
      expect(b).to.not.deep.equal(a);
      for (const [index, number] of a.entries()) expect(b[index]).to.be.closeTo(number, 2e-3 * size);
    }
  });

  it('casts nothing back and forth in gradients', () => {
    const hidden = ops.relu(ops.add(ops.matMul(x, weights), bias));
    const mixed = half(ops.reduceMean(ops.softmax(ops.matMul(hidden, weights), -1), undefined, { keepdims: false }));
    const outputs = new Map(gradientsOf(mixed, [weights, bias]).map((value, at) => [`${at}`, value!]));
    const { nodes } = walk(optimize({ inputs: [x], outputs }).outputs.values());
    const isCast = (value: Value | null | undefined) => value?.kind === 'node' && value.node.op === 'Cast';
    const lossless = nodes.filter(({ op, inputs: [read] }) => {
      return op === 'Cast' && isCast(read) && read!.dtype === 'float32';
    });
    expect(lossless).to.deep.equal([]);
  });
});
