import type { Conv2DAttrs, KernelFunc } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { convShapeOf } from './conv-shape.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, ownKernels, placeOf, withScratch } from './own-kernels.js';

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
    if (info.outShape.includes(0)) return original(call);
    const y = backend.makeOutput(info.outShape, 'float32');
    withScratch(backend, (scratch) => {
      const at = { x: placeOf(backend, x), filter: placeOf(backend, filter), y: placeOf(backend, y) };
      own.convolve(convShapeOf(info), at, scratch);
    });
    return y;
  });
}
