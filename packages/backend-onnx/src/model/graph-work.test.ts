import { ops } from '@forge-ml/onnx';
import { input, parameter, tensorOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { threadsFor, workOf } from './graph-work.js';

const zeros = (...shape: number[]) =>
  tensorOf(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0),
    'float32',
    shape,
  );

const batchOf = (size: number) => new Map([['batch', size]]);

describe('workOf', () => {
  const x = input('x', 'float32', ['batch', 20]);
  const dense = ops.matMul(x, parameter('w', zeros(20, 30)));

  it('counts the multiplications of matrix products, and the elements of other results', () => {
    expect(workOf({ inputs: [x], outputs: new Map([['y', dense]]) }, batchOf(8))).to.equal(8 * 20 * 30);
    const activated = new Map([['y', ops.relu(dense)]]);
    expect(workOf({ inputs: [x], outputs: activated }, batchOf(8))).to.equal(8 * 20 * 30 + 8 * 30);
  });

  it('counts those of convolutions', () => {
    const image = input('image', 'float32', ['batch', 3, 10, 10]);
    const y = ops.conv(image, parameter('kernel', zeros(6, 3, 5, 5)));
    expect(workOf({ inputs: [image], outputs: new Map([['y', y]]) }, batchOf(2))).to.equal(2 * 6 * 6 * 6 * 3 * 5 * 5);
  });

  it('decides the number of threads', () => {
    const graph = { inputs: [x], outputs: new Map([['y', dense]]) };
    expect(threadsFor(graph, batchOf(8), 4)).to.equal(1);
    expect(threadsFor(graph, batchOf(100_000), 4)).to.equal(4);
  });
});
