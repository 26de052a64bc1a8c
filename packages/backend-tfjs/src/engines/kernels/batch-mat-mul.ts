import type { BatchMatMulAttrs, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc } from './kernel-call.js';
import { areFloats, ownKernels, placeOf, withScratch } from './own-kernels.js';

/**
 * With fewer rows, packing b takes as long as multiplying: the stock kernel, which keeps b packed while it does not
 * change, is up to twice as fast (measured: 1 and 4 rows; equal at 8).
 */
const leastRows = 8;

/** The shapes of a product: batches of [left, inner] × [inner, right]. */
function dimensions(a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: BatchMatMulAttrs) {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [left, inner] = (transposeA ? [a.shape.at(-1), a.shape.at(-2)] : a.shape.slice(-2)) as [number, number];
  const [innerB, right] = (transposeB ? [b.shape.at(-1), b.shape.at(-2)] : b.shape.slice(-2)) as [number, number];
  return { batchA, batchB, left, inner, innerB, right };
}

/**
 * Matrix products [..., l, m] × [..., m, r] → [..., l, r]. One b for many a is one tall product; batches of equal shape
 * are multiplied matrix by matrix. The rest (other broadcasts, invalid calls) uses the stock kernel.
 */
export function batchMatMul(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'a' | 'b', BatchMatMulAttrs>(stock);
  return asKernelFunc<'a' | 'b', BatchMatMulAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const { batchA, batchB, left, inner, innerB, right } = dimensions(a, b, attrs);
    const { transposeA, transposeB } = attrs;
    const count = tf.util.sizeFromShape(batchA);
    const sharesB = tf.util.sizeFromShape(batchB) === 1 && batchA.length >= batchB.length;
    const isStock = count === 1 && sharesB && left < leastRows && !transposeA && !transposeB;
    const own = ownKernels(backend);
    const fits = inner === innerB && (sharesB || String(batchA) === String(batchB));
    if (own === undefined || isStock || !fits || !areFloats(a, b)) return original(call);
    const out = backend.makeOutput([...batchA, left, right], 'float32');
    const size = sharesB && !transposeA ? { count: 1, left: count * left } : { count, left };
    const at = { a: placeOf(backend, a), b: placeOf(backend, b), out: placeOf(backend, out) };
    withScratch(backend, (scratch) => {
      own.multiplyMatrices({ ...size, inner, right, transposeA, transposeB, sharesB, ...at }, scratch);
    });
    return out;
  });
}
