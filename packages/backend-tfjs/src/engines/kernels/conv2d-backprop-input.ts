import type { Conv2DBackpropInputAttrs, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc, compose, type RunKernel } from './kernel-call.js';
import { place } from './place.js';

/** Inserts `rows - 1` zero rows after every row and `columns - 1` zero columns after every column of [n, h, w, k]. */
function dilate(run: RunKernel, x: TensorInfo, rows: number, columns: number): TensorInfo {
  if (rows === 1 && columns === 1) return x;
  const [n, h, w, k] = x.shape as [number, number, number, number];
  const split = run('Reshape', { x }, { shape: [n * h, 1, w, k] });
  const paddings = [
    [0, 0],
    [0, rows - 1],
    [0, 0],
    [0, (columns - 1) * k],
  ];
  const padded = run('PadV2', { x: split }, { paddings, constantValue: 0 });
  return run('Reshape', { x: padded }, { shape: [n, h * rows, w * columns, k] });
}

/**
 * The gradient of a convolution with respect to its input, also the forward pass of a transposed convolution: dy [n,
 * oh, ow, k], filter [fh, fw, c, k] → [n, h, w, c].
 *
 * It is the convolution of dy, dilated by the strides, with the filter rotated by 180 degrees and its channels swapped.
 * The stock kernel (plain loops) is used for channels-first data and for a dy of unexpected size.
 */
export function conv2dBackpropInput(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'dy' | 'filter', Conv2DBackpropInputAttrs>(stock);
  return asKernelFunc<'dy' | 'filter', Conv2DBackpropInputAttrs>((call) => {
    const { dy, filter } = call.inputs;
    const { strides, pad, dimRoundingMode, inputShape, dataFormat } = call.attrs;
    if (dataFormat === 'NCHW') return original(call);
    const filterShape = filter.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    if (dy.shape[1] !== info.outHeight || dy.shape[2] !== info.outWidth) return original(call);
    return compose(tf, call.backend, (run) => {
      const rotated = run('Reverse', { x: filter }, { dims: [0, 1] });
      const swapped = run('Transpose', { x: rotated }, { perm: [0, 1, 3, 2] });
      const images = place(run, dilate(run, dy, info.strideHeight, info.strideWidth), {
        top: info.filterHeight - 1 - info.padInfo.top,
        left: info.filterWidth - 1 - info.padInfo.left,
        height: info.inHeight + info.filterHeight - 1,
        width: info.inWidth + info.filterWidth - 1,
      });
      const attributes = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
      return run('Conv2D', { x: images, filter: swapped }, attributes);
    });
  });
}
