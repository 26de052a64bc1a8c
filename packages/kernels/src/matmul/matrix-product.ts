import type { TensorModule } from '../tensor-module.js';
import { offsetsOf, packedRows, wholePanels } from './offsets.js';
import type { Scratch } from './scratch.js';

/** Products of matrices: a [count, left, inner] and b [count, inner, right] → out [count, left, right], float32. */
export interface MatrixProduct {
  readonly count: number;
  readonly left: number;
  readonly inner: number;
  readonly right: number;
  /** a is [count, inner, left]. */
  readonly transposeA: boolean;
  /** b is [count, right, inner]. */
  readonly transposeB: boolean;
  /** All a are multiplied with one b. */
  readonly sharesB: boolean;
  readonly a: number;
  readonly b: number;
  readonly out: number;
}

export function multiplyMatrices(module: TensorModule, product: MatrixProduct, scratch: Scratch): void {
  const { count, left, inner, right, transposeA, transposeB, sharesB } = product;
  const rows = offsetsOf(module, scratch, [left, transposeA ? 4 : 4 * inner]);
  const columns = offsetsOf(module, scratch, [inner, transposeA ? 4 * left : 4]);
  const [innerStride, columnStride] = transposeB ? [4, 4 * inner] : [4 * right, 4];
  const panels = scratch(4 * Math.min(inner, packedRows) * wholePanels(right));
  for (let index = 0; index < count; index++) {
    const a = product.a + 4 * index * left * inner;
    const b = product.b + (sharesB ? 0 : 4 * index * inner * right);
    const out = product.out + 4 * index * left * right;
    module.multiply(a, rows, left, columns, inner, b, innerStride, columnStride, right, panels, out, 0);
  }
}
