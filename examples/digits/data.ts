import { defineData, flag, fromArrays, tensor } from '@forge-ml/core';
import { drawDigits, side } from './draw-digits.ts';

/** Digits are numbered without end; validation takes its own from far beyond any training set. */
const firstValid = 1_000_000_000;

export default defineData({
  flags: {
    batchSize: flag.integer(64, 'Digits per minibatch.', { min: 1 }),
    trainSize: flag.integer(8_000, 'Digits in an epoch.', { min: 1, max: firstValid }),
    validSize: flag.integer(1_000, 'Digits to validate on.', { min: 1 }),
    endless: flag.boolean(false, 'Draw new digits in every epoch, so that none is ever seen twice.'),
    drawSeed: flag.integer(0, 'Which digits are drawn; --seed decides their order only.'),
  },
  load({ batchSize, trainSize, validSize, endless, drawSeed, seed }) {
    return {
      train: endless
        ? drawAnew(drawSeed, trainSize).batch(batchSize)
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

/** The same, each drawn when its turn comes: what epoch 3 holds depends on nothing but the number 3. */
function drawAnew(drawSeed: number, count: number) {
  return fromArrays({ blank: new Uint8Array(count) }).map((_, { epoch, index }) => {
    const { images, labels } = drawDigits(drawSeed, epoch * count + index, 1);
    return { images: tensor(images, [side, side, 1]), labels: tensor(labels, []) };
  });
}
