import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

describe('kernels that the wasm module lacks', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  const works = (title: string, compute: () => Tensor[]) =>
    it(title, () => {
      expectSame(tf, compute);
      expectNoLeak(tf, compute);
    });

  const depthwise = (x: Tensor, filter: Tensor) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 1, 'same');

  it('include none that the cpu engine has', () => {
    const wasm = new Set(tf.getKernelsForBackend('wasm').map((kernel) => kernel.kernelName));
    expect(tf.getKernelsForBackend('cpu').filter((kernel) => !wasm.has(kernel.kernelName))).to.deep.equal([]);
  });

  works('the gradients of a depthwise convolution', () =>
    tf.grads(depthwise)([numbers(tf, [2, 6, 5, 3], 1), numbers(tf, [3, 3, 3, 2], 2)]),
  );
  works('the gradient of a gather: a segment sum', () => [
    tf.grad((x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1, 2], 'int32')))(numbers(tf, [4, 3])),
  ]);
  works('einsum, whose inputs are a list', () => [
    tf.einsum('bij,bjk->bik', numbers(tf, [2, 3, 4], 1), numbers(tf, [2, 4, 5], 2)),
  ]);
  works('complex numbers and the Fourier transform', () => {
    const spectrum = tf.spectral.rfft(numbers(tf, [2, 8]));
    return [tf.real(spectrum), tf.imag(spectrum), tf.abs(spectrum)];
  });

  it('work on strings', () => {
    void tf.setBackend('wasm');
    const replaced = tf.tidy(() => tf.string.staticRegexReplace(tf.tensor(['one', 'two']), 'o', '0', true));
    expect(Array.from(replaced.dataSync<'string'>())).to.deep.equal(['0ne', 'tw0']);
    replaced.dispose();
  });

  it('leak no copy outside of tidy', () => {
    void tf.setBackend('wasm');
    const inputs = { x: numbers(tf, [3, 2]), segmentIds: tf.tensor1d([1, 0, 1], 'int32') };
    const before = tf.memory().numTensors;
    tf.dispose(tf.engine().runKernel('UnsortedSegmentSum', inputs, { numSegments: 2 }));
    expect(tf.memory().numTensors).to.equal(before);
    tf.dispose(inputs);
  });

  it('pass errors on and leak nothing', () => {
    const mistake = () => [tf.einsum('ij,jk->ik', numbers(tf, [2, 3]), numbers(tf, [4, 2]))];
    const fails = () => {
      expect(() => tf.tidy(mistake)).to.throw('Expected dimension 3');
      return [];
    };
    expectNoLeak(tf, fails, 5);
  });
});
