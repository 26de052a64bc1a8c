import type { Conv2DBackpropFilterAttrs, KernelFunc } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { convShapeOf, isOutputOf } from './conv-shape.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, ownKernels, placeOf, withScratch } from './own-kernels.js';

/**
 * The gradient of a convolution with respect to its filter: x [n, h, w, c], dy [n, oh, ow, k] → [fh, fw, c, k].
 *
 * @param fallback what runs for channels-first data and for a dy of unexpected size
 */
export function conv2dBackpropFilter(tf: Tf, fallback: KernelFunc): KernelFunc {
  const viaCpu = asKernel<'x' | 'dy', Conv2DBackpropFilterAttrs>(fallback);
  return asKernelFunc<'x' | 'dy', Conv2DBackpropFilterAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { x, dy } = inputs;
    const own = ownKernels(backend);
    if (own === undefined || attrs.dataFormat === 'NCHW' || !areFloats(x, dy)) return viaCpu(call);
    const { strides, pad, dimRoundingMode, filterShape } = attrs;
    const xShape = x.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, 1, pad, dimRoundingMode);
    if (!isOutputOf(dy.shape, info)) return viaCpu(call);
    const dFilter = backend.makeOutput(filterShape, 'float32');
    withScratch(backend, (scratch) => {
      const at = { x: placeOf(backend, x), dy: placeOf(backend, dy), dFilter: placeOf(backend, dFilter) };
      own.filterGradient(convShapeOf(info), at, scratch);
    });
    return dFilter;
  });
}
