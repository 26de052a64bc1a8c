import { block } from './block';
import { packColumns } from './pack-columns';
import { product } from './product';

/**
 * out[i, j] = Σᵣ a[rowOffsets[i] + innerOffsets[r]] · b[r, j]: `product` with a b that is packed block by block.
 *
 * @param innerStride, columnStride bytes from an element of b to the next of its column, and of its row
 * @param panels scratch memory for `block` rows of b, their length rounded up to 8 columns
 * @param adds adds to what out contains
 */
export function multiply(
  a: usize,
  rowOffsets: usize,
  rows: u32,
  innerOffsets: usize,
  inner: u32,
  b: usize,
  innerStride: usize,
  columnStride: usize,
  columns: u32,
  panels: usize,
  out: usize,
  adds: bool,
): void {
  for (let start: u32 = 0; start < inner; start += block) {
    const count = min(block, inner - start);
    packColumns(b + (start as usize) * innerStride, count, columns, innerStride, columnStride, panels);
    product(
      a,
      rowOffsets,
      rows,
      innerOffsets + ((start as usize) << 2),
      count,
      panels,
      columns,
      out,
      adds || start > 0,
    );
  }
}
