/** sum ← sum + gradient, of `count` elements of float32. */
export function accumulate(count: u32, sum: usize, gradient: usize): void {
  const ofVectors: usize = (count & ~3) << 2;
  const ofAll: usize = count << 2;
  let at: usize = 0;
  for (; at < ofVectors; at += 16) {
    v128.store(sum + at, f32x4.add(v128.load(sum + at), v128.load(gradient + at)));
  }
  for (; at < ofAll; at += 4) store<f32>(sum + at, load<f32>(sum + at) + load<f32>(gradient + at));
}
