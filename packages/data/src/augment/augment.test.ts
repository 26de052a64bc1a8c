import { elements, fromArrays, isForgeError, type TensorData, tensor } from '@forge-ml/core';
import { RandomStream } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import fc from 'fast-check';
import { all } from '../files/collect.test.support.js';
import { type AugmentOptions, augment } from './augment.js';
import { crop, randomCrop } from './crop.js';
import { flip, randomFlip } from './flip.js';
import type { ImageTensor } from './image-tensor.js';
import { colorJitter, jitter } from './jitter.js';
import { mixup } from './mixup.js';
import { randomRotate, rotate } from './rotate.js';

/** Images whose values are different at each place. */
const anyImage = fc
  .record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3, 4),
    float: fc.boolean(),
  })
  .map(({ height, width, channels, float }): ImageTensor => {
    const numbers = Array.from({ length: height * width * channels }, (_, index) => (index * 7 + 1) % 256);
    return { height, width, channels, values: float ? Float32Array.from(numbers) : Uint8Array.from(numbers) };
  });

const counted = (height: number, width: number, channels = 1): TensorData =>
  tensor(
    Uint8Array.from({ length: height * width * channels }, (_, index) => index + 1),
    [height, width, channels],
  );

const numbersOf = (image: TensorData) => [...(elements(image) as Uint8Array)];
const context = (index: number) => ({ random: RandomStream.of(1, 'test').child(index) });

function refusal(action: () => unknown): { code: string; message: string; hint?: string | undefined } {
  try {
    action();
  } catch (error) {
    if (isForgeError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('augmentation of images', () => {
  it('flips twice to the same image', () => {
    fc.assert(
      fc.property(anyImage, fc.boolean(), fc.boolean(), (image, across, down) => {
        expect(flip(flip(image, across, down), across, down)).to.deep.equal(image);
      }),
    );
    const image: ImageTensor = { height: 2, width: 3, channels: 1, values: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect([...flip(image, true, false).values]).to.deep.equal([3, 2, 1, 6, 5, 4]);
    expect([...flip(image, false, true).values]).to.deep.equal([4, 5, 6, 1, 2, 3]);
    expect([...flip(image, true, true).values]).to.deep.equal([6, 5, 4, 3, 2, 1]);
  });

  it('crops what is there, and zeros around it', () => {
    const side = fc.integer({ min: 1, max: 12 });
    const place = fc.integer({ min: -12, max: 12 });
    fc.assert(
      fc.property(anyImage, place, place, side, side, (image, top, left, height, width) => {
        const { values } = crop(image, top, left, height, width);
        let at = 0;
        for (let row = top; row < top + height; row++) {
          for (let column = left; column < left + width; column++) {
            const inside = row >= 0 && row < image.height && column >= 0 && column < image.width;
            for (let channel = 0; channel < image.channels; channel++) {
              const from = (row * image.width + column) * image.channels + channel;
              expect(values[at++]).to.equal(inside ? image.values[from] : 0);
            }
          }
        }
      }),
    );
  });

  it('crops at every place of the image equally often, and never outside', () => {
    const cropped = randomCrop({ size: [2, 2] });
    const found = new Map<string, number>();
    for (let index = 0; index < 1200; index++) {
      const key = numbersOf(cropped({ image: counted(3, 4) }, context(index)).image).join();
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    const places = [0, 1].flatMap((top) => [0, 1, 2].map((left) => top * 4 + left + 1));
    expect([...found.keys()].sort()).to.deep.equal(places.map((at) => [at, at + 1, at + 4, at + 5].join()).sort());
    const chiSquared = [...found.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    // 5 degrees of freedom: passes 20.5 once in a thousand.
    expect(chiSquared).to.be.below(20.5);
  });

  it('keeps the size with padding alone', () => {
    const padded = randomCrop({ padding: 2 });
    const sums = new Set<string>();
    for (let index = 0; index < 300; index++) {
      const { image } = padded({ image: counted(2, 3) }, context(index));
      expect(image.shape).to.deep.equal([2, 3, 1]);
      sums.add(numbersOf(image).join());
    }
    expect(sums).to.include('1,2,3,4,5,6');
    expect(sums).to.include('0,0,0,0,0,0');
  });

  it('flips about half of the images, in each direction on its own', () => {
    const flipped = randomFlip({ horizontal: true, vertical: true });
    const counts = new Map<string, number>();
    for (let index = 0; index < 400; index++) {
      const key = numbersOf(flipped({ image: counted(2, 2) }, context(index)).image).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).to.deep.equal(['1,2,3,4', '2,1,4,3', '3,4,1,2', '4,3,2,1']);
    expect(Math.min(...counts.values())).to.be.above(60);
  });

  it('rotates by right angles without loss, counterclockwise', () => {
    const image: ImageTensor = { height: 3, width: 3, channels: 1, values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) };
    expect([...rotate(image, 0).values]).to.deep.equal([...image.values]);
    expect([...rotate(image, 90).values]).to.deep.equal([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect([...rotate(image, 180).values]).to.deep.equal([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect([...rotate(image, -90).values]).to.deep.equal([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    fc.assert(
      fc.property(anyImage, (any) => {
        expect([...rotate(any, 180).values]).to.deep.equal([...flip(any, true, true).values]);
      }),
    );
  });

  it('interpolates between four pixels, and adds zeros outside', () => {
    const values = Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1);
    const turned = rotate({ height: 3, width: 3, channels: 1, values }, 45).values;
    expect(turned[4]).to.equal(1);
    expect(turned[0], 'a corner comes from outside').to.be.closeTo(1 - (Math.SQRT2 - 1), 1e-6);
    const random = randomRotate(10);
    const angles = new Set(
      Array.from({ length: 20 }, (_, at) => numbersOf(random({ image: counted(4, 4) }, context(at)).image).join()),
    );
    expect(angles.size).to.be.above(10);
  });

  it('changes colors as torchvision does', () => {
    const image: ImageTensor = {
      height: 1,
      width: 2,
      channels: 3,
      values: Float32Array.of(0.1, 0.2, 0.3, 0.5, 0.6, 0.7),
    };
    const close = (found: ArrayLike<number>, wanted: number[]) =>
      wanted.forEach((value, at) => {
        expect(found[at], `${at}`).to.be.closeTo(value, 1e-6);
      });
    close(jitter(image, 1.5, 1, 1).values, [0.15, 0.3, 0.45, 0.75, 0.9, 1.05]);
    const [first, second] = [0.299 * 0.1 + 0.587 * 0.2 + 0.114 * 0.3, 0.299 * 0.5 + 0.587 * 0.6 + 0.114 * 0.7];
    const mean = (first + second) / 2;
    close(
      jitter(image, 1, 0.5, 1).values,
      [...image.values].map((value) => mean + 0.5 * (value - mean)),
    );
    close(jitter(image, 1, 1, 0).values, [first, first, first, second, second, second]);
    const bytes: ImageTensor = { height: 1, width: 1, channels: 4, values: Uint8Array.of(200, 100, 0, 77) };
    expect([...jitter(bytes, 2, 1, 1).values]).to.deep.equal([255, 200, 0, 77]);
    const changed = colorJitter({ brightness: 0.5 })({ image: counted(1, 2, 3) }, context(3)).image;
    expect(changed.dtype).to.equal('uint8');
  });

  const everything: AugmentOptions = {
    rotate: 20,
    crop: { size: [4, 4], padding: 1 },
    flip: { horizontal: true, vertical: true },
    jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
  };
  const rows = fromArrays({
    image: tensor(
      Uint8Array.from({ length: 12 * 5 * 6 * 3 }, (_, at) => (at * 37) % 256),
      [12, 5, 6, 3],
    ),
    y: Int32Array.from({ length: 12 }, (_, at) => at % 3),
  });

  it('resumes from every position with the same bits, in every epoch', async () => {
    const floats = ({ image, y }: { image: TensorData; y: TensorData }) => ({
      x: tensor(Float32Array.from(elements(image) as Uint8Array), image.shape),
      y,
    });
    const dataset = rows
      .shuffle(5)
      .map(augment(everything), { seed: 3 })
      .map(floats)
      .batch(2)
      .map(mixup({ arrays: ['x'], classes: { y: 3 } }));
    const epochs = [await all(dataset, 0), await all(dataset, 1)];
    expect(epochs[0]).to.not.deep.equal(epochs[1]);
    expect(epochs[0]![0]!.x.shape).to.deep.equal([2, 4, 4, 3]);
    for (const [epoch, batches] of epochs.entries()) {
      for (let skip = 0; skip <= 6; skip++) expect(await all(dataset, epoch, skip)).to.deep.equal(batches.slice(skip));
    }
  });

  it('draws the same for a change, whatever other changes there are', () => {
    const image = tensor(
      Uint8Array.from({ length: 300 }, (_, at) => at % 256),
      [10, 10, 3],
    );
    const cropOf = (options: AugmentOptions) =>
      numbersOf(augment(options)({ image }, context(8)).image)
        .sort()
        .join();
    expect(cropOf({ crop: { size: [3, 3] }, flip: true })).to.equal(cropOf({ crop: { size: [3, 3] } }));
  });

  it('keeps other arrays, the source, and changes the array that is named', async () => {
    const photo = counted(2, 2);
    const row = { photo, label: 'cat' };
    const changed = augment({ flip: { horizontal: false, vertical: true }, array: 'photo' });
    const found = new Set<string>();
    for (let index = 0; index < 20; index++) {
      const result = changed(row, context(index));
      expect(result.label).to.equal('cat');
      found.add(numbersOf(result.photo).join());
    }
    expect([...found].sort()).to.deep.equal(['1,2,3,4', '3,4,1,2']);
    expect(numbersOf(photo)).to.deep.equal([1, 2, 3, 4]);
  });

  it('refuses wrong options', () => {
    const bad: readonly [() => unknown, string][] = [
      [() => augment({}), 'crop, flip, rotate or jitter'],
      [() => augment({ crops: {} } as never), 'has no option "crops"'],
      [() => augment({ crop: { pad: 1 } } as never), 'has no option "pad"'],
      [() => randomCrop({}), 'size'],
      [() => randomCrop({ size: [0, 1] }), 'size'],
      [() => randomCrop({ padding: 1.5 }), 'padding'],
      [() => randomFlip({ horizontal: false }), 'horizontal'],
      [() => randomFlip({ vertical: 1 } as never), 'vertical'],
      [() => randomRotate(200), 'a number from 0 to 180'],
      [() => colorJitter({}), 'above 0'],
      [() => colorJitter({ brightness: 2 }), 'a number from 0 to 1'],
      [() => colorJitter({ hue: 0.1 } as never), 'has no option "hue"'],
    ];
    for (const [action, words] of bad) expect(refusal(action).message).to.contain(words);
  });

  it('refuses what is no image, a smaller image, and the saturation of gray', () => {
    const flipped = randomFlip();
    expect(refusal(() => flipped({ x: 1 }, context(0))).message).to.equal('Array "image" is missing, not an image.');
    const batch = { image: tensor(new Uint8Array(8), [2, 2, 2, 1]) };
    expect(refusal(() => flipped(batch, context(0))).message).to.contain('uint8[2, 2, 2, 1]');
    const cropped = randomCrop({ size: [4, 2] });
    expect(refusal(() => cropped({ image: counted(3, 3) }, context(0))).message).to.equal(
      'An image of 3 × 3 pixels is smaller than the crop of 4 × 2.',
    );
    const gray = colorJitter({ saturation: 0.5 });
    expect(refusal(() => gray({ image: counted(2, 2) }, context(0))).message).to.contain('1 channels');
  });
});

describe('mixup', () => {
  const batch = {
    x: tensor(Float32Array.of(0, 1, 10, 11, 20, 21), [3, 2]),
    y: Int32Array.of(0, 1, 2),
  };
  const tensors = { x: batch.x, y: tensor(batch.y) };

  it('mixes each example with another of the batch, inputs and classes by the same share', () => {
    const shares: number[] = [];
    for (let index = 0; index < 500; index++) {
      const { x, y } = mixup({ alpha: 1, arrays: ['x'], classes: { y: 3 } })(tensors, context(index));
      expect(y).to.deep.include({ dtype: 'float32', shape: [3, 3] });
      const [xs, ys] = [elements(x) as Float32Array, elements(y) as unknown as Float32Array];
      for (let row = 0; row < 3; row++) {
        const share = ys.subarray(3 * row, 3 * row + 3);
        expect(share[0]! + share[1]! + share[2]!).to.be.closeTo(1, 1e-6);
        expect(xs[2 * row]).to.be.closeTo(10 * share[1]! + 20 * share[2]!, 1e-4);
        if (share[row]! < 1) shares.push(share[row]!);
      }
    }
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).to.be.closeTo(0.5, 0.05);
    expect(numbersOf(tensors.x), 'the source').to.deep.equal([0, 1, 10, 11, 20, 21]);
  });

  it('draws shares from Beta(alpha, alpha)', () => {
    for (const alpha of [0.05, 0.2, 1, 5]) {
      const mixed = mixup({ alpha, arrays: ['x'] });
      const pair = { x: tensor(Float32Array.of(0, 1), [2, 1]) };
      const squares: number[] = [];
      for (let index = 0; index < 6000; index++) {
        const [zero, one] = elements(mixed(pair, context(index)).x) as Float32Array;
        expect(zero! + one!).to.satisfy((sum: number) => Math.abs(sum - 1) < 1e-6);
        // Not mixed with itself: then it shows the share.
        if (zero !== 0 || one !== 1) squares.push((one! - 0.5) ** 2);
      }
      const variance = squares.reduce((sum, square) => sum + square, 0) / squares.length;
      expect(variance, `alpha ${alpha}`).to.be.closeTo(1 / (4 * (2 * alpha + 1)), 0.01);
    }
  });

  it('refuses other types, classes out of range, missing arrays and wrong options', () => {
    const mixed = mixup({ arrays: ['x'], classes: { y: 2 } });
    expect(refusal(() => mixed(tensors, context(0))).message).to.equal(
      'Array "y" has the class 2; there are 2, from 0.',
    );
    expect(refusal(() => mixup({ arrays: ['y'] })(tensors, context(0))).hint).to.contain('classes: { y: 10 }');
    expect(refusal(() => mixup({ arrays: ['z'] })(tensors, context(0))).message).to.contain('no array "z"');
    expect(refusal(() => mixup({ arrays: [], alpha: 1 })).message).to.contain('arrays');
    expect(refusal(() => mixup({ arrays: ['x'], alpha: 0 })).message).to.contain('alpha');
    expect(refusal(() => mixup({ arrays: ['x'], classes: { y: 1 } })).message).to.contain('classes.y');
    expect(refusal(() => mixup({ arrays: ['x'], classes: { x: 3 } })(tensors, context(0))).message).to.contain('x');
  });
});
