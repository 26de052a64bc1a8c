import type { BatchMatMulAttrs, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc, compose, type RunKernel } from './kernel-call.js';
import { matmulEach } from './matmul-each.js';

/** Batches of smaller matrices gain nothing from being multiplied one by one (measured). */
const minimum = { rows: 4, multiplications: 2048 };

/** The shapes of a product once both sides are untransposed: batches of [left, inner] × [inner, right]. */
function dimensions(a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: BatchMatMulAttrs) {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [left, inner] = (transposeA ? [a.shape.at(-1), a.shape.at(-2)] : a.shape.slice(-2)) as [number, number];
  const [innerB, right] = (transposeB ? [b.shape.at(-1), b.shape.at(-2)] : b.shape.slice(-2)) as [number, number];
  return { batchA, batchB, left, inner, innerB, right };
}

const product = (sizes: readonly number[]): number => sizes.reduce((count, size) => count * size, 1);

function untransposed(run: RunKernel, x: TensorInfo, transpose: boolean): TensorInfo {
  if (!transpose) return x;
  const perm = x.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return run('Transpose', { x }, { perm });
}

/**
 * Matrix products [..., l, m] × [..., m, r] → [..., l, r]. The stock kernel is fast for two single, untransposed
 * matrices, and uses plain loops for everything else. So transposed inputs are transposed first; one b for many a
 * becomes one tall product; and batches of equal shape are multiplied matrix by matrix. The rest (small batches,
 * broadcast batches, invalid calls) uses the stock kernel.
 */
export function batchMatMul(tf: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'a' | 'b', BatchMatMulAttrs>(stock);
  return asKernelFunc<'a' | 'b', BatchMatMulAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { batchA, batchB, left, inner, innerB, right } = dimensions(inputs.a, inputs.b, attrs);
    const count = product(batchA);
    const single = count === 1 && product(batchB) === 1;
    const asOne = product(batchB) === 1 && batchA.length >= batchB.length;
    const large = left >= minimum.rows && left * inner * right >= minimum.multiplications;
    const valid = inner === innerB && inputs.a.dtype === 'float32' && inputs.b.dtype === 'float32';
    const gains = single ? attrs.transposeA || attrs.transposeB : large;
    if (!valid || !gains || !(asOne || String(batchA) === String(batchB))) return original(call);
    return compose(tf, backend, (run) => {
      const a = untransposed(run, inputs.a, attrs.transposeA);
      const b = untransposed(run, inputs.b, attrs.transposeB);
      const multiply = (aShape: number[], bShape: number[]): TensorInfo => {
        const pair = {
          a: run('Reshape', { x: a }, { shape: aShape }),
          b: run('Reshape', { x: b }, { shape: bShape }),
        };
        if (!asOne) return matmulEach(backend, pair.a, pair.b);
        return original({ inputs: pair, attrs: { transposeA: false, transposeB: false }, backend });
      };
      const result = asOne
        ? multiply([count * left, inner], [inner, right])
        : multiply([count, left, inner], [count, inner, right]);
      return { ...result, shape: [...batchA, left, right] };
    });
  });
}
