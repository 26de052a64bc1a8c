import { defineData, flag, fromArrays, RandomStream, tensor } from '@forge-ml/core';

/** As many digits as MNIST's test set, of noise: the content does not affect the speed. */
export const examples = 10_000;
export const pixels = 784;

export function drawNoise() {
  const random = RandomStream.of(0, 'noise');
  const images = Float32Array.from({ length: examples * pixels }, () => random.float());
  const labels = Int32Array.from({ length: examples }, () => random.below(10));
  return { images, labels };
}

export default defineData({
  flags: { batchSize: flag.integer(64, 'Examples per minibatch.') },
  load({ batchSize, seed }) {
    const { images, labels } = drawNoise();
    const all = fromArrays({ images: tensor(images, [examples, pixels]), labels });
    return { train: all.shuffle(seed).batch(batchSize, { dropRemainder: true }) };
  },
});
