import type { KernelFunc, MaxPoolGradAttrs } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernelFunc } from './kernel-call.js';

/**
 * The gradient of max pooling: x [n, h, w, c], dy [n, oh, ow, c] → [n, h, w, c]. Of equal values the first, row by
 * row, gets the gradient. One pass over the windows in the wasm memory; the stock kernel searches every window again
 * for each element of x.
 */
export function maxPoolGrad(tf: Tf): KernelFunc {
  return asKernelFunc<'dy' | 'input', MaxPoolGradAttrs>(({ inputs, attrs, backend }) => {
    const { dy, input } = inputs;
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    // May grow the memory, which detaches earlier views.
    const dx = backend.makeOutput(input.shape, 'float32');
    const xs = backend.typedArrayFromHeap(input);
    const dys = backend.typedArrayFromHeap(dy);
    const dxs = backend.typedArrayFromHeap(dx).fill(0);
    const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth } = info;
    let out = 0;
    for (let image = 0; image < batchSize; image++) {
      for (let row = 0; row < outHeight; row++) {
        const corner = row * info.strideHeight - info.padInfo.top;
        const top = Math.max(0, corner);
        const bottom = Math.min(inHeight, corner + info.filterHeight);
        for (let column = 0; column < outWidth; column++) {
          const edge = column * info.strideWidth - info.padInfo.left;
          const left = Math.max(0, edge);
          const right = Math.min(inWidth, edge + info.filterWidth);
          if (top >= bottom || left >= right) {
            out += channels;
            continue;
          }
          for (let channel = 0; channel < channels; channel++, out++) {
            let largest = Number.NEGATIVE_INFINITY;
            let at = -1;
            for (let y = top; y < bottom; y++) {
              let index = ((image * inHeight + y) * inWidth + left) * channels + channel;
              for (let x = left; x < right; x++, index += channels) {
                const value = xs[index] as number;
                if (value > largest || at < 0) {
                  largest = value;
                  at = index;
                }
              }
            }
            dxs[at] = (dxs[at] as number) + (dys[out] as number);
          }
        }
      }
    }
    return dx;
  });
}
