import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

describe('shard', () => {
  const streamed = (length?: number) =>
    fromGenerator(
      function* () {
        for (let x = 0; x < 7; x++) yield x;
      },
      length === undefined ? {} : { length },
    );

  it('gives each element to one shard, in order, over arrays and streams', async () => {
    const shards = [0, 1, 2].map((index) => numbered(7).shard(index, 3));
    expect(await Promise.all(shards.map(async (part) => xs(await collect(part)).flat()))).to.deep.equal([
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ]);
    expect(shards.map(({ length }) => length)).to.deep.equal([3, 2, 2]);
    expect(await collect(streamed().shard(1, 3))).to.deep.equal([1, 4]);
    expect(await collect(streamed().shard(0, 3), 0, 1)).to.deep.equal([3, 6]);
    expect([streamed().shard(1, 3).length, streamed(7).shard(1, 3).length]).to.deep.equal([undefined, 2]);
    expect(numbered(2).shard(4, 5).length).to.equal(0);
  });

  it('keeps random access', async () => {
    const read = xs(await collect(numbered(4000).shard(1, 2).shuffle(1, { buffer: 1 }))).flat();
    expect(Math.max(...read.slice(0, 50))).to.be.above(2000);
  });

  it('refuses a shard that does not exist', async () => {
    for (const [index, count] of [
      [3, 3],
      [-1, 2],
      [0, 0],
      [0.5, 2],
    ] as const) {
      expect((await failure(() => numbered(5).shard(index, count))).code).to.equal('DATA_INVALID');
    }
  });
});
