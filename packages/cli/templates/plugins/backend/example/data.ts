import { defineData, flag, fromArrays, RandomStream, tensor } from '@forge-ml/core';

/** Points inside and outside a ring: no straight line separates them. */
export default defineData({
  flags: { batchSize: flag.integer(32, 'Points per minibatch.', { min: 1 }) },
  load({ batchSize, seed }) {
    return {
      train: ring('train', 1000).shuffle(seed).batch(batchSize),
      valid: ring('valid', 300).batch(batchSize),
      classes: 2,
    };

    /** Points [count, 2], float32, and labels [count], int32. */
    function ring(split: string, count: number) {
      const random = RandomStream.of(seed, split);
      const points = Float32Array.from({ length: 2 * count }, () => 2 * random.float() - 1);
      const labels = Int32Array.from({ length: count }, (_, index) => {
        return Math.hypot(points[2 * index]!, points[2 * index + 1]!) < 0.75 ? 1 : 0;
      });
      return fromArrays({ points: tensor(points, [count, 2]), labels });
    }
  },
});
