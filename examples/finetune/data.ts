import { defineData, flag, fromArrays, tensor } from '@forge-ml/core';
import { side } from '../digits/draw-digits.ts';
import { drawRange } from './draw-range.ts';

/** The index of the first validation digit, beyond any training set. */
const firstValid = 1_000_000_000;

/** The digits 5 to 9, which `model.onnx` was not trained on: few for training, many for validation. */
export default defineData({
  flags: {
    batchSize: flag.integer(20, 'Digits per minibatch.', { min: 1 }),
    trainSize: flag.integer(100, 'Digits in an epoch.', { min: 1 }),
    validSize: flag.integer(1_000, 'Validation digits.', { min: 1 }),
    drawSeed: flag.integer(0, 'Seed for drawing the digits; --seed sets only their order.'),
  },
  load({ batchSize, trainSize, validSize, drawSeed, seed }) {
    return {
      train: draw(drawSeed, 0, trainSize).shuffle(seed).batch(batchSize),
      valid: draw(drawSeed, firstValid, validSize).batch(batchSize * 5),
      classes: 5,
    };
  },
});

/** Images [28, 28, 1], float32 from 0 to 1, and labels, int32: the digit minus 5. */
function draw(drawSeed: number, first: number, count: number) {
  const { images, labels } = drawRange(drawSeed, first, count, 5);
  return fromArrays({ images: tensor(images, [count, side, side, 1]), labels });
}
