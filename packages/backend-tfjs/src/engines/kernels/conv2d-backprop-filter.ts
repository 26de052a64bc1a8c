import type { Conv2DBackpropFilterAttrs, KernelFunc } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc, compose } from './kernel-call.js';
import { place } from './place.js';

/**
 * The gradient of a convolution with respect to its filter: x [n, h, w, c], dy [n, oh, ow, k] → [fh, fw, c, k].
 *
 * It is itself a convolution: with x as c images of n channels, and dy as their filter [oh, ow, n, k], dilated by the
 * strides. So the fast forward kernel computes it.
 *
 * @param fallback what runs for channels-first data, which the forward kernel does not support, and for a dy of
 * unexpected size
 */
export function conv2dBackpropFilter(tf: Tf, fallback: KernelFunc): KernelFunc {
  const viaCpu = asKernel<'x' | 'dy', Conv2DBackpropFilterAttrs>(fallback);
  return asKernelFunc<'x' | 'dy', Conv2DBackpropFilterAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { x, dy } = inputs;
    const { strides, pad, dimRoundingMode, filterShape, dataFormat } = attrs;
    if (dataFormat === 'NCHW') return viaCpu(call);
    const xShape = x.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, 1, pad, dimRoundingMode);
    if (dy.shape[1] !== info.outHeight || dy.shape[2] !== info.outWidth) return viaCpu(call);
    const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
    return compose(tf, backend, (run) => {
      if (filterHeight * filterWidth === 1 && outHeight === info.inHeight && outWidth === info.inWidth) {
        // A 1×1 filter: a matrix product over all pixels.
        const a = run('Reshape', { x }, { shape: [-1, info.inChannels] });
        const b = run('Reshape', { x: dy }, { shape: [-1, info.outChannels] });
        const product = run('BatchMatMul', { a, b }, { transposeA: true, transposeB: false });
        return run('Reshape', { x: product }, { shape: filterShape });
      }
      // On a canvas of exactly this size the output is as large as the filter.
      const images = place(run, run('Transpose', { x }, { perm: [3, 1, 2, 0] }), {
        top: padInfo.top,
        left: padInfo.left,
        height: (outHeight - 1) * strideHeight + filterHeight,
        width: (outWidth - 1) * strideWidth + filterWidth,
      });
      const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
      const dilations = [strideHeight, strideWidth];
      const gradient = run(
        'Conv2D',
        { x: images, filter },
        { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations },
      );
      return run('Transpose', { x: gradient }, { perm: [1, 2, 0, 3] });
    });
  });
}
