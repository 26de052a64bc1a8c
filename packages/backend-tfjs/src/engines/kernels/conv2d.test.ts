import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];
interface Case {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: Pad;
  readonly rounding?: 'floor' | 'round' | 'ceil';
}

const explicit: Pad = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
];
const sizes: Pick<Case, 'x' | 'filter'>[] = [
  { x: [2, 7, 6, 3], filter: [3, 3, 3, 4] },
  { x: [1, 9, 9, 1], filter: [5, 5, 1, 2] },
  { x: [3, 5, 8, 2], filter: [1, 1, 2, 5] },
  { x: [2, 8, 7, 2], filter: [2, 3, 2, 1] },
  { x: [1, 5, 5, 2], filter: [5, 5, 2, 3] },
];
const strides: Case['strides'][] = [1, 2, 3, [2, 1], [1, 3]];
const pads: Pad[] = ['same', 'valid', explicit];
const cases: Case[] = [
  ...sizes.flatMap((size) => strides.flatMap((stride) => pads.map((pad) => ({ ...size, strides: stride, pad })))),
  { x: [2, 6, 7, 2], filter: [3, 3, 2, 3], strides: 1, pad: 2, rounding: 'floor' },
  { x: [2, 6, 7, 2], filter: [3, 3, 2, 3], strides: 2, pad: 1, rounding: 'floor' },
  { x: [1, 4, 4, 2], filter: [1, 1, 2, 3], strides: 1, pad: 2, rounding: 'round' },
];

/** The gradients of a convolution, weighted so that every output counts differently. */
function gradients(tf: Tf, { x, filter, strides, pad, rounding }: Case): Tensor[] {
  const convolve = (input: Tensor, kernel: Tensor) =>
    tf.conv2d(input as Tensor4D, kernel as Tensor4D, strides, pad, 'NHWC', [1, 1], rounding);
  const inputs: [Tensor, Tensor] = [numbers(tf, x, 1), numbers(tf, filter, 2)];
  const y = convolve(...inputs);
  return [y, ...tf.grads(convolve)(inputs, numbers(tf, y.shape, 3))];
}

describe('the convolution kernels of the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  for (const one of cases) {
    const { x, filter, strides: stride, pad, rounding = '' } = one;
    it(`agree with the cpu engine: [${x}] * [${filter}], strides ${stride}, pad ${pad} ${rounding}`, () =>
      expectSame(tf, () => gradients(tf, one)));
  }

  for (const stride of [1, 2, 3] as const) {
    it(`agree on the transposed convolution and its gradients, stride ${stride}`, () => {
      const shape: [number, number, number, number] = [2, 4 * stride, 5 * stride, 3];
      const upscale = (input: Tensor, filter: Tensor) =>
        tf.conv2dTranspose(input as Tensor4D, filter as Tensor4D, shape, stride, 'same');
      expectSame(tf, () => {
        const inputs: [Tensor, Tensor] = [numbers(tf, [2, 4, 5, 2], 1), numbers(tf, [3, 3, 3, 2], 2)];
        return [upscale(...inputs), ...tf.grads(upscale)(inputs, numbers(tf, shape, 3))];
      });
    });
  }

  for (const pad of ['same', 'valid'] as const) {
    it(`agree on a dilated convolution, pad ${pad}`, () =>
      expectSame(tf, () => {
        const [x, filter] = [numbers(tf, [2, 9, 8, 3], 1), numbers(tf, [3, 2, 3, 5], 2)];
        return [tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, pad, 'NHWC', [2, 3])];
      }));
  }

  it('agree on a convolution fused with bias and activation', () => {
    const layer = (x: Tensor, filter: Tensor, bias: Tensor) => {
      const options = { strides: 1, pad: 'same', activation: 'relu' } as const;
      return tf.fused.conv2d({ x: x as Tensor4D, filter: filter as Tensor4D, bias, ...options });
    };
    expectSame(tf, () => {
      const inputs = [numbers(tf, [2, 6, 6, 2], 1), numbers(tf, [3, 3, 2, 4], 2), numbers(tf, [4], 3)];
      return [layer(...(inputs as [Tensor, Tensor, Tensor])), ...tf.grads(layer)(inputs)];
    });
  });

  it('are empty, or an error, where windows are larger than images: no other memory changes', () => {
    void tf.setBackend('wasm');
    const of = (shape: number[], filter: number[]) => {
      return tf.tidy(() => tf.conv2d(numbers(tf, shape) as Tensor4D, numbers(tf, filter, 2) as Tensor4D, 2, 'valid'));
    };
    expect(of([2, 2, 12, 8], [3, 5, 8, 1]).shape).to.deep.equal([2, 0, 4, 1]);
    expect(() => of([3, 2, 3, 5], [5, 6, 5, 7])).to.throw(
      'windows of a convolution, 5×6, are larger than its images, 2×3',
    );
    for (let repeat = 0; repeat < 50; repeat++) of([2, 8, 8, 4], [3, 3, 4, 8]).dispose();
  });

  it('use the cpu engine for channels-first data', () => {
    expectSame(tf, () => {
      const inputs = { x: numbers(tf, [2, 3, 6, 5], 1), dy: numbers(tf, [2, 4, 4, 3], 2) };
      const attributes = {
        strides: 1,
        pad: 'valid',
        dataFormat: 'NCHW',
        dimRoundingMode: 'floor',
        filterShape: [3, 3, 3, 4],
      };
      return [tf.engine().runKernel('Conv2DBackpropFilter', inputs, attributes)];
    });
  });

  it('leak nothing', () => {
    for (const one of cases.slice(0, 15)) expectNoLeak(tf, () => gradients(tf, one), 20);
  });
});
