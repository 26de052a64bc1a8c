import { defineData, flag, fromArrays, tensor } from '@forge-ml/core';
import { drawDigits, side } from '../digits/draw-digits.ts';

/** Size of the random vectors that the generator makes images of. */
export const latentSize = 32;

/** Drawn digits, and a random vector for each; new vectors in every epoch. */
export default defineData({
  flags: {
    batchSize: flag.integer(128, 'Digits per minibatch.', { min: 1 }),
    trainSize: flag.integer(8_000, 'Digits in an epoch.', { min: 1 }),
    validSize: flag.integer(64, 'Digits, and images that the generator makes, at each evaluation.', { min: 1 }),
  },
  load({ batchSize, trainSize, validSize, seed }) {
    return {
      train: draw(0, trainSize).shuffle(seed).batch(batchSize),
      valid: draw(1_000_000_000, validSize).batch(validSize),
    };
  },
});

/** Images [28, 28, 1], float32 from 0 to 1, and standard normal latents [latentSize]. */
function draw(first: number, count: number) {
  const { images } = drawDigits(0, first, count);
  return fromArrays({ images: tensor(images, [count, side, side, 1]) }).map((example, { random }) => ({
    ...example,
    latents: Float32Array.from({ length: latentSize }, () => random.normal()),
  }));
}
