import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

type Size = [number, number];
const shapes: [number, number, number, number][] = [
  [2, 6, 6, 3],
  [1, 7, 5, 2],
  [3, 4, 9, 1],
];
const windows: Size[] = [
  [2, 2],
  [3, 3],
  [1, 1],
  [3, 2],
];
const strides: Size[] = [
  [1, 1],
  [2, 2],
  [3, 1],
  [4, 4],
];
const pads = ['same', 'valid', 1] as const;

describe('the max pooling gradient of the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  const gradient = (x: Tensor, window: Size, stride: Size, pad: 'same' | 'valid' | number): Tensor[] => {
    const pool = (input: Tensor) =>
      tf.maxPool(input as Tensor4D, window, stride, pad, typeof pad === 'number' ? 'floor' : undefined);
    const y = pool(x);
    return [y, tf.grad(pool)(x, numbers(tf, y.shape, 2))];
  };

  for (const shape of shapes) {
    for (const window of windows) {
      for (const stride of strides) {
        for (const pad of pads) {
          // TensorFlow.js accepts a number only for square windows and strides.
          if (pad === 1 && (window[0] < 2 || window[0] !== window[1] || stride[0] !== stride[1])) continue;
          it(`agrees with the cpu engine: [${shape}], window ${window}, strides ${stride}, pad ${pad}`, () =>
            expectSame(tf, () => gradient(numbers(tf, shape), window, stride, pad)));
        }
      }
    }
  }

  it('gives the gradient of equal values to the first', () => {
    expectSame(tf, () => gradient(tf.ones([1, 4, 4, 2]), [2, 2], [2, 2], 'valid'));
    expectSame(tf, () => gradient(tf.ones([1, 5, 5, 1]), [3, 3], [1, 1], 'same'));
  });

  it('leaks nothing', () => {
    expectNoLeak(tf, () => gradient(numbers(tf, [2, 6, 6, 3]), [2, 2], [2, 2], 'same'));
  });
});
