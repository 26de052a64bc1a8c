import { expect } from 'chai';
import { loadExample } from './load-example.js';

interface DrawDigits {
  readonly side: number;
  drawDigits(seed: number, first: number, count: number): { images: Float32Array; labels: Int32Array };
}

describe('examples/digits: the drawn digits', () => {
  let side: number;
  let drawDigits: DrawDigits['drawDigits'];
  before(async () => {
    ({ side, drawDigits } = await loadExample<DrawDigits>('digits/draw-digits.ts'));
  });

  it('are a pure function of seed and index', () => {
    const size = side * side;
    const many = drawDigits(3, 100, 20);
    const one = drawDigits(3, 107, 1);
    expect(one.labels[0]).to.equal(many.labels[7]);
    expect(Buffer.from(one.images.buffer).equals(Buffer.from(many.images.slice(7 * size, 8 * size).buffer))).to.equal(
      true,
    );
  });

  it('differ from one another and between seeds', () => {
    const size = side * side;
    const { images } = drawDigits(0, 0, 1_000);
    const other = drawDigits(1, 0, 1_000).images;
    const seen = new Set<string>();
    for (const set of [images, other]) {
      for (let at = 0; at < set.length; at += size)
        seen.add(Buffer.from(set.slice(at, at + size).buffer).toString('base64'));
    }
    expect(seen.size).to.equal(2_000);
  });

  it('have every label about equally often', () => {
    const counts = Array<number>(10).fill(0);
    for (const label of drawDigits(0, 0, 10_000).labels) counts[label]!++;
    for (const count of counts) expect(count).to.be.within(850, 1_150);
  });

  it('are within 0 and 1, mostly blank, and never empty', () => {
    const size = side * side;
    const { images } = drawDigits(5, 0, 2_000);
    for (let at = 0; at < images.length; at += size) {
      const image = images.subarray(at, at + size);
      expect(image.every((ink) => ink >= 0 && ink <= 1)).to.equal(true);
      expect(image.filter((ink) => ink > 0.3).length).to.be.within(20, 400);
    }
  });

  it('are hard for a linear model, but not impossible', () => {
    const accuracy = accuracyOfLinearModel(drawDigits(0, 0, 4_000), drawDigits(0, 1_000_000_000, 1_000), side * side);
    expect(accuracy).to.be.within(0.65, 0.9);
  }).timeout(60_000);
});

type Digits = ReturnType<DrawDigits['drawDigits']>;

/** Softmax regression by stochastic gradient descent, one digit at a time, four passes. */
function accuracyOfLinearModel(train: Digits, valid: Digits, size: number): number {
  const weights = Array.from({ length: 10 }, () => new Float32Array(size + 1));
  const scores = new Float64Array(10);
  const score = (image: Float32Array): void => {
    for (let digit = 0; digit < 10; digit++) {
      const row = weights[digit]!;
      let sum = row[size]!;
      for (let n = 0; n < size; n++) sum += row[n]! * image[n]!;
      scores[digit] = sum;
    }
  };
  for (let pass = 0; pass < 4; pass++) {
    for (let at = 0; at < train.labels.length; at++) {
      const image = train.images.subarray(at * size, (at + 1) * size);
      score(image);
      const exponentials = scores.map((value) => Math.exp(value - Math.max(...scores)));
      const total = exponentials.reduce((sum, value) => sum + value, 0);
      for (let digit = 0; digit < 10; digit++) {
        const slope = 0.01 * (exponentials[digit]! / total - Number(train.labels[at] === digit));
        const row = weights[digit]!;
        for (let n = 0; n < size; n++) row[n]! -= slope * image[n]!;
        row[size]! -= slope;
      }
    }
  }
  let right = 0;
  valid.labels.forEach((label, at) => {
    score(valid.images.subarray(at * size, (at + 1) * size));
    if (scores.indexOf(Math.max(...scores)) === label) right++;
  });
  return right / valid.labels.length;
}
