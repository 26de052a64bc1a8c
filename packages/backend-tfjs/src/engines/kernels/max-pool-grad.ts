import type { KernelFunc, MaxPoolGradAttrs } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, ownKernels, placeOf } from './own-kernels.js';

/**
 * The gradient of max pooling: x [n, h, w, c], dy [n, oh, ow, c] → [n, h, w, c]. Of equal values the first, row by
 * row, gets the gradient. The stock kernel searches every window again for each element of x.
 */
export function maxPoolGrad(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'dy' | 'input', MaxPoolGradAttrs>(stock);
  return asKernelFunc<'dy' | 'input', MaxPoolGradAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { dy, input: x } = inputs;
    const own = ownKernels(backend);
    if (own === undefined || !areFloats(dy, x)) return original(call);
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = x.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = backend.makeOutput(shape, 'float32');
    const { top, left } = info.padInfo;
    const pool = {
      ...info,
      images: info.batchSize,
      height: info.inHeight,
      width: info.inWidth,
      channels: info.inChannels,
    };
    const at = { x: placeOf(backend, x), dy: placeOf(backend, dy), dx: placeOf(backend, dx) };
    own.maxPoolGradient({ ...pool, top, left }, at);
    return dx;
  });
}
