import { plainKernels } from '@forge-ml/kernels';
import { expect } from 'chai';
import { scaled } from './float-arrays.js';

describe('arrays of float32', () => {
  it('are scaled as the kernels scale gradients, bit by bit', () => {
    const count = 100;
    const memory = new ArrayBuffer(8 * count);
    const [gradient, parameter] = [new Float32Array(memory, 0, count), new Float32Array(memory, 4 * count, count)];
    for (let at = 0; at < count; at++) gradient[at] = Math.sin(at + 1);
    const places = { gradient: 0, parameter: 4 * count, slots: [] };
    plainKernels(memory).update({ formula: 'sgd', count, ...places, constants: [-1], gradientScale: 1 / 3 });
    expect(scaled(gradient, 1 / 3)).to.deep.equal(parameter);
  });
});
