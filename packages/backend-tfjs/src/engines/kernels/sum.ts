import type { KernelFunc, SumAttrs } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, ownKernels, placeOf } from './own-kernels.js';

/**
 * Sums. Over the first axes, as in the gradient of a bias, rows are added to each other; the stock kernel transposes
 * first, and is used for the other axes.
 */
export function sum(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'x', SumAttrs>(stock);
  return asKernelFunc<'x', SumAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const axes = tf.util.parseAxisParam(attrs.axis, x.shape);
    const first = axes.length;
    const areFirst = first > 0 && axes.every((_, axis) => axes.includes(axis));
    const columns = tf.util.sizeFromShape(x.shape.slice(first));
    const own = ownKernels(backend);
    if (own === undefined || !areFirst || columns === 1 || !areFloats(x)) return original(call);
    const rest = x.shape.slice(first);
    const shape = attrs.keepDims ? [...axes.map(() => 1), ...rest] : rest;
    const out = backend.makeOutput(shape, 'float32');
    const rows = tf.util.sizeFromShape(x.shape.slice(0, first));
    own.sumRows(placeOf(backend, x), rows, columns, placeOf(backend, out));
    return out;
  });
}
