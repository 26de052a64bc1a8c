import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { IndexedDataset } from '../indexed.js';
import { fromGenerator } from '../pipeline/generator.js';
import { repeat } from './repeat.js';
import { shuffle } from './shuffle.js';

const streamed = fromGenerator(function* ({ epoch }) {
  for (let x = 0; x < 3; x++) yield epoch * 10 + x;
});

describe('repeat', () => {
  it('joins several passes into one epoch: pass r of epoch e is epoch e × n + r of the source', async () => {
    expect(await collect(streamed.repeat(2), 3)).to.deep.equal([60, 61, 62, 70, 71, 72]);
    const shuffled = numbered(10).shuffle(4);
    const passes = xs(await collect(shuffled.repeat(2), 3));
    expect(passes).to.deep.equal([...xs(await collect(shuffled, 6)), ...xs(await collect(shuffled, 7))]);
    expect(passes.slice(0, 10)).to.not.deep.equal(passes.slice(10));
    expect(numbered(10).repeat(3).length).to.equal(30);
    expect(streamed.repeat(3).length).to.equal(undefined);
  });

  it('never ends without a number, and no two epochs share a pass', async () => {
    expect(await collect(streamed.repeat(), 0, 7, 4)).to.deep.equal([21, 22, 30, 31]);
    const endless = numbered(10).shuffle(4).repeat();
    expect(endless.length).to.equal(Number.POSITIVE_INFINITY);
    expect(endless.batch(4).take(8).length).to.equal(8);
    const orders = new Set<string>();
    for (const epoch of [0, 1]) {
      const found = xs(await collect(endless.take(40), epoch)).flat();
      for (let pass = 0; pass < 4; pass++) orders.add(found.slice(pass * 10, pass * 10 + 10).join());
    }
    expect(orders.size).to.equal(8);
    expect(
      xs(await collect(endless, 0, 1e9, 10))
        .flat()
        .sort(),
    ).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const window = xs(await collect(endless.shuffle(1), 0, 0, 20)).flat();
    expect(window).to.have.length(20);
  });

  it('opens each pass once, read in order or at random', async () => {
    const opened: number[] = [];
    const source = new IndexedDataset(10, (epoch) => {
      opened.push(epoch);
      return { at: (index) => index, dependsOnEpoch: () => false };
    });
    await collect(repeat(source, 4));
    expect(opened).to.deep.equal([0, 1, 2, 3]);
    opened.length = 0;
    await collect(shuffle(repeat(source, 4), 1));
    expect(opened.length, 'the first few may be opened twice').to.be.below(9);
  });

  it('ends if the source is empty', async () => {
    const nothing = fromGenerator<number>(function* () {});
    expect(await collect(nothing.repeat())).to.deep.equal([]);
    expect(await collect(nothing.repeat(), 0, 5)).to.deep.equal([]);
    expect(await collect(numbered(0).repeat())).to.deep.equal([]);
    expect(await collect(numbered(0).repeat(3).shuffle(1).batch(2), 1, 4)).to.deep.equal([]);
  });

  it('skips whole passes of a generator whose length is known', async () => {
    const epochs: number[] = [];
    const known = fromGenerator(
      function* ({ epoch }) {
        epochs.push(epoch);
        yield* [1, 2, 3];
      },
      { length: 3 },
    );
    expect(await collect(known.repeat(4), 1, 7)).to.deep.equal([2, 3, 1, 2, 3]);
    expect(epochs).to.deep.equal([6, 7]);
    expect(await collect(known.repeat(4), 1, 12)).to.deep.equal([]);
  });

  it('refuses an invalid number of passes', async () => {
    for (const times of [0, -1, 1.5, Number.NaN]) {
      expect((await failure(() => numbered(5).repeat(times))).code).to.equal('DATA_INVALID');
    }
  });
});
