import { defineData, flag, fromArrays, tensor } from '@forge-ml/core';
import { drawDigits, side } from './draw-digits.ts';

/** The index of the first validation digit, beyond any training set. */
const firstValid = 1_000_000_000;

export default defineData({
  flags: {
    batchSize: flag.integer(64, 'Digits per minibatch.', { min: 1 }),
    trainSize: flag.integer(8_000, 'Digits in an epoch.', { min: 1, max: firstValid }),
    validSize: flag.integer(1_000, 'Validation digits.', { min: 1 }),
    endless: flag.boolean(false, 'Draw new digits in every epoch, so that none repeats.'),
    drawSeed: flag.integer(0, 'Seed for drawing the digits; --seed sets only their order.'),
  },
  load({ batchSize, trainSize, validSize, endless, drawSeed, seed }) {
    return {
      train: endless
        ? drawPerEpoch(drawSeed, trainSize).batch(batchSize)
        : draw(drawSeed, 0, trainSize).shuffle(seed).batch(batchSize),
      valid: draw(drawSeed, firstValid, validSize).batch(batchSize),
      classes: 10,
    };
  },
});

/** Images [28, 28, 1], float32 from 0 to 1, and labels, int32 from 0 to 9. */
function draw(drawSeed: number, first: number, count: number) {
  const { images, labels } = drawDigits(drawSeed, first, count);
  return fromArrays({ images: tensor(images, [count, side, side, 1]), labels });
}

/** The same, drawn when they are read: an epoch's digits depend only on its number. */
function drawPerEpoch(drawSeed: number, count: number) {
  return fromArrays({ blank: new Uint8Array(count) }).map((_, { epoch, index }) => {
    const { images, labels } = drawDigits(drawSeed, epoch * count + index, 1);
    return { images: tensor(images, [side, side, 1]), labels: tensor(labels, []) };
  });
}
