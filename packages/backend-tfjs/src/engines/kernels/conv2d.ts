import type { backend_util, Conv2DAttrs, KernelFunc } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { convShapeOf } from './conv-shape.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, isEmpty, ownKernels, placeOf, withScratch } from './own-kernels.js';

function tooLarge(info: backend_util.Conv2DInfo): Error {
  const { effectiveFilterHeight, effectiveFilterWidth, inHeight, inWidth } = info;
  const windows = `${effectiveFilterHeight}×${effectiveFilterWidth}`;
  return new Error(`The windows of a convolution, ${windows}, are larger than its images, ${inHeight}×${inWidth}.`);
}

/** A convolution: x [n, h, w, c], filter [fh, fw, c, k] → [n, oh, ow, k]. The stock kernel has channels-first data. */
export function conv2d(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'x' | 'filter', Conv2DAttrs>(stock);
  return asKernelFunc<'x' | 'filter', Conv2DAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { x, filter } = inputs;
    const own = ownKernels(backend);
    if (own === undefined || attrs.dataFormat === 'NCHW' || !areFloats(x, filter)) return original(call);
    const { strides, dilations, pad, dimRoundingMode } = attrs;
    const [xShape, filterShape] = [x.shape, filter.shape] as [number, number, number, number][];
    const info = tf.backend_util.computeConv2DInfo(xShape!, filterShape!, strides, dilations, pad, dimRoundingMode);
    if (info.outHeight < 0 || info.outWidth < 0) throw tooLarge(info);
    const y = backend.makeOutput(info.outShape, 'float32');
    // The stock kernel writes beyond the memory of an empty result.
    if (isEmpty(info.outShape)) return y;
    withScratch(backend, (scratch) => {
      const at = { x: placeOf(backend, x), filter: placeOf(backend, filter), y: placeOf(backend, y) };
      own.convolve(convShapeOf(info), at, scratch);
    });
    return y;
  });
}
