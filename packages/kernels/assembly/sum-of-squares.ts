import { limited } from './vectors';

/** A part of `Kernels.sumOfSquares`, which defines the order of the additions. */
export function sumOfSquares(count: u32, gradient: usize, scale: f32, limit: f32): f64 {
  const scales = f32x4.splat(scale);
  const low = f32x4.splat(-limit);
  const high = f32x4.splat(limit);
  let sum01 = f64x2.splat(0);
  let sum23 = f64x2.splat(0);
  let sum45 = f64x2.splat(0);
  let sum67 = f64x2.splat(0);
  const ofVectors: usize = (count & ~7) << 2;
  const ofAll: usize = count << 2;
  let at: usize = 0;
  for (; at < ofVectors; at += 32) {
    const first = limited(v128.load(gradient + at), scales, low, high);
    const second = limited(v128.load(gradient + at, 16), scales, low, high);
    sum01 = f64x2.add(sum01, squares(first));
    sum23 = f64x2.add(sum23, squares(upper(first)));
    sum45 = f64x2.add(sum45, squares(second));
    sum67 = f64x2.add(sum67, squares(upper(second)));
  }
  const sums = f64x2.add(f64x2.add(sum01, sum23), f64x2.add(sum45, sum67));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; at < ofAll; at += 4) {
    const single = limited(v128.load_zero<u32>(gradient + at), scales, low, high);
    sum += f64x2.extract_lane(squares(single), 0);
  }
  return sum;
}

/** The squares of the two lower lanes, in float64. */
function squares(x: v128): v128 {
  const wide = f64x2.promote_low_f32x4(x);
  return f64x2.mul(wide, wide);
}

/** The two upper lanes as the lower ones. */
function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}
