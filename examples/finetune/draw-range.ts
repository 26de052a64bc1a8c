import { drawDigits, side } from '../digits/draw-digits.ts';

/**
 * The first `count` drawn digits from index `start` with labels in [low, low + 5): images [count, side, side, 1]
 * from 0 to 1, and labels [count] from 0 to 4.
 */
export function drawRange(seed: number, start: number, count: number, low: 0 | 5) {
  const size = side * side;
  const images = new Float32Array(count * size);
  const labels = new Int32Array(count);
  let found = 0;
  for (let next = start; found < count; next += count) {
    const drawn = drawDigits(seed, next, count);
    for (let n = 0; n < count && found < count; n++) {
      const label = drawn.labels[n]! - low;
      if (label < 0 || label >= 5) continue;
      images.set(drawn.images.subarray(n * size, (n + 1) * size), found * size);
      labels[found++] = label;
    }
  }
  return { images, labels };
}
