import { expect } from 'chai';
import { algorithm, RandomStream, random } from './random-stream.js';

function draw(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uint32());
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe('RandomStream', () => {
  it('has a fixed name and fixed first words, which checkpoints depend on', () => {
    expect(algorithm).to.equal('threefry4x32-20');
    expect(draw(RandomStream.of(1, 'shuffle'), 3)).to.deep.equal([1458423583, 3268148504, 2711306651]);
    expect(draw(RandomStream.of(-7, 3), 3)).to.deep.equal([2453954367, 3421414461, 4035823063]);
  });

  it('returns the same numbers again from any position', () => {
    const stream = RandomStream.of(42, 'x');
    const all = draw(stream, 50);
    for (const position of [0, 1, 3, 4, 5, 17, 49]) {
      stream.position = position;
      expect(stream.uint32(), `word ${position}`).to.equal(all[position]);
    }
    expect([...random(42, 'x', 7, 9)]).to.deep.equal(all.slice(7, 16));
    expect(random(42, 'x', 7)).to.have.length(1);
  });

  it('differs between seeds, streams and children', () => {
    const seen = new Map<number, string>();
    const firstOf = (label: string, stream: RandomStream): void => {
      const word = stream.uint32();
      expect(seen.get(word), `${label} repeats`).to.equal(undefined);
      seen.set(word, label);
    };
    const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    for (const seed of seeds) {
      for (const name of ['', 'a', 'a\0', 'ab', 'abcdefgh', 'abcdefgh\0', 'abcdefghi', 'é', 0, 1, -1]) {
        firstOf(`(${seed}, ${JSON.stringify(name)})`, RandomStream.of(seed, name));
      }
      firstOf(`(${seed}, child)`, RandomStream.of(seed, 'a').child('b'));
      firstOf(`(${seed}, child 0)`, RandomStream.of(seed, 'a').child(0));
    }
  });

  it('creates children that do not depend on earlier draws', () => {
    const stream = RandomStream.of(5, 'parent');
    const before = draw(stream.child(3), 4);
    draw(stream, 11);
    expect(draw(stream.child(3), 4)).to.deep.equal(before);
  });

  it('reaches positions past 2^32 blocks', () => {
    const far = 2 ** 40 + 1;
    const stream = RandomStream.of(0, 'far');
    stream.position = far;
    expect(stream.uint32()).to.not.equal(random(0, 'far', 1)[0]);
    expect(stream.position).to.equal(far + 1);
  });

  it('draws uniform floats from [0, 1)', () => {
    const stream = RandomStream.of(9, 'floats');
    const values = Array.from({ length: 20_000 }, () => stream.float());
    expect(Math.min(...values)).to.be.at.least(0);
    expect(Math.max(...values)).to.be.below(1);
    const { mean, variance } = moments(values);
    expect(mean).to.be.closeTo(0.5, 0.01);
    expect(variance).to.be.closeTo(1 / 12, 0.003);
    expect(stream.position).to.equal(40_000);
  });

  it('draws normals of mean 0 and variance 1, with the expected share beyond two sigma', () => {
    const stream = RandomStream.of(9, 'normals');
    const values = Array.from({ length: 20_000 }, () => stream.normal());
    const { mean, variance } = moments(values);
    expect(mean).to.be.closeTo(0, 0.03);
    expect(variance).to.be.closeTo(1, 0.05);
    expect(values.filter((value) => Math.abs(value) > 2).length / values.length).to.be.closeTo(0.0455, 0.006);
  });

  it('draws uniform integers below n', () => {
    const stream = RandomStream.of(11, 'dice');
    const counts = new Array<number>(6).fill(0);
    for (let roll = 0; roll < 60_000; roll++) counts[stream.below(6)]!++;
    // Chi-squared with 5 degrees of freedom passes 20.5 once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).to.be.below(20.5);
    // A plain remainder would give the lower half of this range twice as often as the upper.
    const n = 3 * 2 ** 30;
    let lower = 0;
    for (let roll = 0; roll < 20_000; roll++) if (stream.below(n) < 2 ** 30) lower++;
    expect(lower / 20_000).to.be.closeTo(1 / 3, 0.02);
    expect(stream.below(1)).to.equal(0);
    expect(stream.below(2 ** 32)).to.be.below(2 ** 32);
  });

  it('continues from its state, as plain data', () => {
    const stream = RandomStream.of(5, 'map').child(3);
    for (let n = 0; n < 6; n++) stream.uint32();
    const other = RandomStream.from(structuredClone(stream.state));
    expect([other.position, other.normal(), other.child('x').uint32()]).to.deep.equal([
      6,
      stream.normal(),
      stream.child('x').uint32(),
    ]);
  });

  it('refuses an invalid seed, position or range', () => {
    for (const seed of [Number.NaN, 0.5, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(() => RandomStream.of(seed, 'x'), String(seed))
        .to.throw(String(seed))
        .with.property('code', 'USAGE');
    }
    const stream = RandomStream.of(1, 'x');
    expect(() => stream.child(0.5)).to.throw('0.5');
    for (const n of [0, -1, 1.5, Number.NaN, 2 ** 33]) expect(() => stream.below(n)).to.throw(String(n));
    expect(() => {
      stream.position = -1;
    }).to.throw('-1');
  });
});
