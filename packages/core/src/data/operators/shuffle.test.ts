import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

function streamed(length: number) {
  return fromGenerator(function* () {
    for (let x = 0; x < length; x++) yield x;
  });
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe('shuffle', () => {
  it('yields every element once, in a different order for each seed and epoch', async () => {
    const order = async (seed: number, epoch: number) => xs(await collect(numbered(30).shuffle(seed), epoch)).flat();
    const first = await order(1, 0);
    expect(sorted(first)).to.deep.equal(range(30));
    expect(await order(1, 0)).to.deep.equal(first);
    expect(await order(1, 1)).to.not.deep.equal(first);
    expect(await order(2, 0)).to.not.deep.equal(first);
  });

  it('shuffles a stream through a buffer', async () => {
    const shuffled = streamed(100).shuffle(1, { buffer: 10 });
    const first = await collect(shuffled);
    expect(sorted(first)).to.deep.equal(range(100));
    expect(first).to.not.deep.equal(range(100));
    for (const [index, value] of first.entries()) expect(value, `element ${index}`).to.be.below(index + 10);
    expect(await collect(shuffled, 0, 37)).to.deep.equal(first.slice(37));
    expect(await collect(shuffled, 1)).to.not.deep.equal(first);
    expect(sorted(await collect(streamed(5).shuffle(1)))).to.deep.equal(range(5));
    expect(await collect(streamed(5).shuffle(1, { buffer: 1 }))).to.deep.equal(range(5));
  });

  it('yields every order of a stream that fits its buffer equally often', async () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 1200; epoch++) {
      const order = (await collect(streamed(3).shuffle(5, { buffer: 3 }), epoch)).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(counts.size).to.equal(6);
    // 5 degrees of freedom: passes 20.5 once in a thousand.
    expect(chiSquared).to.be.below(20.5);
  });

  it('works before and after take, and on batches', async () => {
    const taken = async (epoch: number) => xs(await collect(numbered(100).shuffle(1).take(10), epoch)).flat();
    expect(new Set([...(await taken(0)), ...(await taken(1))]).size).to.be.above(12);
    expect(sorted(xs(await collect(numbered(100).take(10).shuffle(1))).flat())).to.deep.equal(range(10));
    const batches = xs(await collect(numbered(40).batch(2).shuffle(1)));
    expect(batches.every(([a, b]) => b === a! + 1)).to.equal(true);
    expect(sorted(batches.flat())).to.deep.equal(range(40));
    expect(batches.flat()).to.not.deep.equal(range(40));
  });

  it('shuffles mapped and repeated data as a whole', async () => {
    const order = await collect(
      numbered(3000)
        .map((_, { index }) => index)
        .shuffle(1),
    );
    expect(order.slice(0, 100).some((index) => index > 2000)).to.equal(true);
    const passes = xs(await collect(numbered(20).shuffle(2).repeat(3).shuffle(1))).flat();
    expect(sorted(passes)).to.deep.equal(sorted([...range(20), ...range(20), ...range(20)]));
  });

  it('refuses an invalid seed or buffer', async () => {
    for (const seed of [Number.NaN, 0.5, undefined as never]) {
      expect((await failure(() => numbered(3).shuffle(seed))).message).to.contain(String(seed));
    }
    expect((await failure(() => numbered(3).shuffle(1, { buffer: 0 }))).code).to.equal('DATA_INVALID');
  });
});
