import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';
import { concat } from '../pipeline/join.js';
import { Pipeline } from '../pipeline/pipeline.js';

describe('concat', () => {
  it('reads one dataset after the other, from every position, with random access', async () => {
    const joined = concat(numbered(2), numbered(0), numbered(3));
    expect(joined.length).to.equal(5);
    for (let skip = 0; skip <= 5; skip++) {
      expect(xs(await collect(joined, 0, skip)).flat()).to.deep.equal([0, 1, 0, 1, 2].slice(skip));
    }
    const read = xs(await collect(concat(numbered(1000), numbered(10)).shuffle(1, { buffer: 1 }))).flat();
    expect(read).to.have.length(1010);
    expect(Math.max(...read.slice(0, 50))).to.be.above(500);
  });

  it('does not read a stream that is skipped as a whole, if its length is known', async () => {
    let reads = 0;
    const streamed = (known: boolean) =>
      fromGenerator(
        function* () {
          for (let x = 0; x < 3; x++) {
            reads++;
            yield x;
          }
        },
        known ? { length: 3 } : {},
      );
    const numbers = numbered(4).map((_, { index }) => index + 10);
    expect(await collect(concat(streamed(true), numbers), 0, 4)).to.deep.equal([11, 12, 13]);
    expect(reads).to.equal(0);
    const unknown = concat(streamed(false), numbers);
    expect([unknown.length, concat(streamed(true), numbers).length]).to.deep.equal([undefined, 7]);
    expect(await collect(unknown, 0, 4)).to.deep.equal([11, 12, 13]);
    expect(await collect(unknown, 0, 2)).to.deep.equal([2, 10, 11, 12, 13]);
  });

  it('opens lazy datasets together', async () => {
    const lazy = concat(
      Pipeline.lazy(async () => numbered(2)),
      Pipeline.lazy(async () => numbered(1)),
    );
    await lazy.open();
    expect(lazy.length).to.equal(3);
  });

  it('refuses a dataset after one that never ends', async () => {
    expect((await failure(() => concat(numbered(1).repeat(), numbered(1)))).message).to.contain('Dataset 1');
    expect(concat(numbered(1), numbered(1).repeat()).length).to.equal(Number.POSITIVE_INFINITY);
    expect((await failure(() => concat())).message).to.equal('concat was given no dataset.');
  });
});
