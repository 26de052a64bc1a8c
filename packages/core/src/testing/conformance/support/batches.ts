import { RandomStream } from '../../../random/random-stream.js';
import { type Batch, tensor } from '../../../tensor/tensor-data.js';

/** The batch with this index: x float32[size, 4] and y float32[size, 2], a smooth function of x. */
export function conformanceBatch(index: number, size = 8): Batch {
  const random = RandomStream.of(7, 'conformance').child(index);
  const x = Float32Array.from({ length: size * 4 }, () => random.normal());
  const y = new Float32Array(size * 2);
  for (let row = 0; row < size; row++) {
    const [a, b, c, d] = x.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
    y[row * 2] = 0.5 * a - b + 0.25;
    y[row * 2 + 1] = 0.3 * c + 0.6 * d - 0.1 * a;
  }
  return { x: tensor(x, [size, 4]), y: tensor(y, [size, 2]) };
}
