import { expect } from 'chai';
import { collect, failure, numbered, xs } from './collect.test.support.js';
import { fromGenerator } from './generator.js';

const streamed = fromGenerator(function* () {
  for (let x = 0; x < 6; x++) yield { x };
});

describe('map', () => {
  it('converts elements, synchronously or asynchronously', async () => {
    const plain = numbered(3).map(({ x }, { index }) => ({ size: x.bytes.length, index }));
    expect(await collect(plain)).to.deep.equal([0, 1, 2].map((index) => ({ size: 4, index })));
    expect(plain.read({ epoch: 0, skip: 0 }).next()).to.not.be.instanceOf(Promise);
    const later = streamed.map(async ({ x }, { epoch }) => x * 10 + epoch);
    expect(await collect(later, 2, 4)).to.deep.equal([42, 52]);
    expect(
      await collect(
        numbered(4)
          .map(async (_, { index }) => index)
          .map((index) => index * 2),
      ),
    ).to.deep.equal([0, 2, 4, 6]);
  });

  it('works on batches after batch() and on examples before it', async () => {
    expect(
      await collect(
        numbered(5)
          .batch(2)
          .map(({ x }) => x.shape[0]),
      ),
    ).to.deep.equal([2, 2, 1]);
    const before = numbered(5)
      .map(async ({ x }) => ({ x, twice: x }))
      .batch(2);
    expect(xs(await collect(before))).to.deep.equal([[0, 1], [2, 3], [4]]);
  });

  it('draws random numbers from the seed, epoch, index and its position among the maps', async () => {
    const drawn = (seed: number) =>
      numbered(4)
        .map((_, { random }) => random.uint32(), { seed })
        .map((first, { random }) => [first, random.uint32()], { seed });
    const whole = await collect(drawn(1), 3);
    expect(new Set(whole.flat()).size).to.equal(8);
    expect(await collect(drawn(1), 3, 2)).to.deep.equal(whole.slice(2));
    expect(await collect(drawn(2), 3)).to.not.deep.equal(whole);
    expect(await collect(drawn(1), 4)).to.not.deep.equal(whole);
  });

  it('keeps an error as the cause and names the element, sync or async, batched or not', async () => {
    const cause = new Error('bad image');
    const now = numbered(9).map((element, { index }) => {
      if (index >= 3) throw cause;
      return element;
    });
    const later = numbered(9).map(async (element, { index }) => {
      if (index >= 3) throw cause;
      return element;
    });
    const mixed = numbered(9).map((element, { index }) => {
      if (index === 4) throw new Error('the later one');
      return index === 3 ? Promise.reject(cause) : Promise.resolve(element);
    });
    for (const dataset of [now, later, mixed]) {
      for (const chain of [dataset, dataset.batch(8), dataset.prefetch(4), dataset.batch(2).prefetch(2)]) {
        const error = await failure(() => collect<unknown>(chain, 1));
        expect(error).to.include({ code: 'DATA_INVALID', cause });
        expect(error.message).to.equal('The map function failed at element 3 of epoch 1: bad image');
      }
    }
  });
});
