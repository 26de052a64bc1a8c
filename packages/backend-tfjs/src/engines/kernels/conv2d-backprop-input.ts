import type { Conv2DBackpropInputAttrs, KernelFunc } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { convShapeOf, isOutputOf } from './conv-shape.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, ownKernels, placeOf, withScratch } from './own-kernels.js';

/**
 * The gradient of a convolution with respect to its input, also the forward pass of a transposed convolution: dy [n,
 * oh, ow, k], filter [fh, fw, c, k] → [n, h, w, c].
 *
 * The stock kernel (plain loops) is used for channels-first data and for a dy of unexpected size.
 */
export function conv2dBackpropInput(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'dy' | 'filter', Conv2DBackpropInputAttrs>(stock);
  return asKernelFunc<'dy' | 'filter', Conv2DBackpropInputAttrs>((call) => {
    const { backend, attrs } = call;
    const { dy, filter } = call.inputs;
    const own = ownKernels(backend);
    if (own === undefined || attrs.dataFormat === 'NCHW' || !areFloats(dy, filter)) return original(call);
    const { strides, pad, dimRoundingMode, inputShape } = attrs;
    const filterShape = filter.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    if (!isOutputOf(dy.shape, info)) return original(call);
    const dx = backend.makeOutput(inputShape, 'float32');
    withScratch(backend, (scratch) => {
      const at = { dy: placeOf(backend, dy), filter: placeOf(backend, filter), dx: placeOf(backend, dx) };
      own.inputGradient(convShapeOf(info), at, scratch);
    });
    return dx;
  });
}
