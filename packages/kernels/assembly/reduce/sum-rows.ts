/** Rows that are summed before the sum of the next ones is added: bounds the error of rounding. */
const block: u32 = 512;

/** out[c] = Σᵣ x[r, c], float32: four columns at a time, in blocks of rows in order. */
export function sumRows(x: usize, rows: u32, columns: u32, out: usize): void {
  const stride = (columns as usize) << 2;
  memory.fill(out, 0, stride);
  for (let start: u32 = 0; start < rows; start += block) {
    const first = x + (start as usize) * stride;
    const end = x + (min(rows, start + block) as usize) * stride;
    let column: usize = 0;
    for (; column + 64 <= stride; column += 64) {
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let at = first + column; at < end; at += stride) {
        s0 = f32x4.add(s0, v128.load(at));
        s1 = f32x4.add(s1, v128.load(at, 16));
        s2 = f32x4.add(s2, v128.load(at, 32));
        s3 = f32x4.add(s3, v128.load(at, 48));
      }
      const to = out + column;
      v128.store(to, f32x4.add(v128.load(to), s0));
      v128.store(to, f32x4.add(v128.load(to, 16), s1), 16);
      v128.store(to, f32x4.add(v128.load(to, 32), s2), 32);
      v128.store(to, f32x4.add(v128.load(to, 48), s3), 48);
    }
    for (; column + 16 <= stride; column += 16) {
      let sum = f32x4.splat(0);
      for (let at = first + column; at < end; at += stride) sum = f32x4.add(sum, v128.load(at));
      v128.store(out + column, f32x4.add(v128.load(out + column), sum));
    }
    for (; column < stride; column += 4) {
      let sum: f32 = 0;
      for (let at = first + column; at < end; at += stride) sum += load<f32>(at);
      store<f32>(out + column, load<f32>(out + column) + sum);
    }
  }
}
