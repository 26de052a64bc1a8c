import { addPart } from './add-part';
import { block } from './block';

/** Rows of the result that use the same panels: what they read of a fits into the second cache. */
const strip: u32 = 64;

/**
 * A matrix product whose left side is read through tables of offsets, so that windows of images and transposed matrices
 * need no copy: out[i, j] = Σᵣ a[rowOffsets[i] + innerOffsets[r]] · b[r, j], float32. Sums are over blocks of r in order.
 *
 * @param rowOffsets, innerOffsets offsets in bytes, u32
 * @param panels b from `packColumns`: panels of 8 columns, [columns / 8, inner, 8]
 * @param out [rows, columns]
 * @param adds adds to what out contains
 */
export function product(
  a: usize,
  rowOffsets: usize,
  rows: u32,
  innerOffsets: usize,
  inner: u32,
  panels: usize,
  columns: u32,
  out: usize,
  adds: bool,
): void {
  const panel = (inner as usize) << 5;
  const stride = (columns as usize) << 2;
  for (let start: u32 = 0; start < inner; start += block) {
    const count = min(block, inner - start);
    const offsets = innerOffsets + ((start as usize) << 2);
    for (let first: u32 = 0; first < rows; first += strip) {
      const last = min(rows, first + strip);
      let b = panels + ((start as usize) << 5);
      for (let column: u32 = 0; column < columns; column += 8, b += panel) {
        const width = min(8 as u32, columns - column);
        let to = out + (first as usize) * stride + ((column as usize) << 2);
        let row = first;
        for (; row + 4 <= last; row += 4, to += 4 * stride) {
          fourRows(a, rowOffsets + ((row as usize) << 2), offsets, count, b, to, stride, width, adds || start > 0);
        }
        for (; row < last; row++, to += stride) {
          oneRow(a + load<u32>(rowOffsets + ((row as usize) << 2)), offsets, count, b, to, width, adds || start > 0);
        }
      }
    }
  }
}

function fourRows(
  a: usize,
  rowOffsets: usize,
  offsets: usize,
  count: u32,
  b: usize,
  to: usize,
  stride: usize,
  width: u32,
  adds: bool,
): void {
  const a0 = a + load<u32>(rowOffsets);
  const a1 = a + load<u32>(rowOffsets, 4);
  const a2 = a + load<u32>(rowOffsets, 8);
  const a3 = a + load<u32>(rowOffsets, 12);
  let x00 = f32x4.splat(0);
  let x01 = x00;
  let x10 = x00;
  let x11 = x00;
  let x20 = x00;
  let x21 = x00;
  let x30 = x00;
  let x31 = x00;
  const end = b + ((count as usize) << 5);
  for (; b < end; b += 32, offsets += 4) {
    const offset: usize = load<u32>(offsets);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const s0 = v128.load_splat<f32>(a0 + offset);
    x00 = f32x4.add(x00, f32x4.mul(s0, b0));
    x01 = f32x4.add(x01, f32x4.mul(s0, b1));
    const s1 = v128.load_splat<f32>(a1 + offset);
    x10 = f32x4.add(x10, f32x4.mul(s1, b0));
    x11 = f32x4.add(x11, f32x4.mul(s1, b1));
    const s2 = v128.load_splat<f32>(a2 + offset);
    x20 = f32x4.add(x20, f32x4.mul(s2, b0));
    x21 = f32x4.add(x21, f32x4.mul(s2, b1));
    const s3 = v128.load_splat<f32>(a3 + offset);
    x30 = f32x4.add(x30, f32x4.mul(s3, b0));
    x31 = f32x4.add(x31, f32x4.mul(s3, b1));
  }
  addPart(to, x00, x01, width, adds);
  addPart(to + stride, x10, x11, width, adds);
  addPart(to + 2 * stride, x20, x21, width, adds);
  addPart(to + 3 * stride, x30, x31, width, adds);
}

function oneRow(a: usize, offsets: usize, count: u32, b: usize, to: usize, width: u32, adds: bool): void {
  let x0 = f32x4.splat(0);
  let x1 = x0;
  const end = b + ((count as usize) << 5);
  for (; b < end; b += 32, offsets += 4) {
    const s = v128.load_splat<f32>(a + load<u32>(offsets));
    x0 = f32x4.add(x0, f32x4.mul(s, v128.load(b)));
    x1 = f32x4.add(x1, f32x4.mul(s, v128.load(b, 16)));
  }
  addPart(to, x0, x1, width, adds);
}
