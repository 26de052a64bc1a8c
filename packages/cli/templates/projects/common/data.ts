import { defineData, flag, fromArrays, RandomStream, tensor } from '@forge-ml/core';

/** Points on intertwined spirals, one arm a class: no straight line separates them. */
export default defineData({
  flags: {
    batchSize: flag.integer(32, 'Points per minibatch.', { min: 1 }),
    points: flag.integer(1500, 'Training points; a third as many are for validation.', { min: 3 }),
    arms: flag.integer(3, 'Spiral arms, each a class.', { min: 2, max: 10 }),
    noise: flag.float(0.05, 'How far points stray from their arm.', { min: 0, max: 1 }),
  },
  load({ batchSize, points, arms, noise, seed }) {
    return {
      train: spirals('train', points).shuffle(seed).batch(batchSize),
      valid: spirals('valid', Math.ceil(points / 3)).batch(batchSize),
      classes: arms,
    };

    /** Points [count, 2], float32, and labels [count], int32. */
    function spirals(split: string, count: number) {
      const random = RandomStream.of(seed, split);
      const stray = () => noise * (random.float() + random.float() - 1);
      const positions = new Float32Array(2 * count);
      const labels = new Int32Array(count);
      for (let index = 0; index < count; index++) {
        const arm = random.below(arms);
        const radius = 0.1 + 0.9 * random.float();
        const angle = 2 * Math.PI * (arm / arms + 0.75 * radius);
        positions[2 * index] = radius * Math.cos(angle) + stray();
        positions[2 * index + 1] = radius * Math.sin(angle) + stray();
        labels[index] = arm;
      }
      return fromArrays({ points: tensor(positions, [count, 2]), labels });
    }
  },
});
