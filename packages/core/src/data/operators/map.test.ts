import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

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

  describe('with an asynchronous function over a stream', () => {
    const counting = (count: number) => {
      const seen = { read: 0, running: 0, most: 0, ended: false };
      const source = fromGenerator(async function* () {
        try {
          for (let x = 0; x < count; x++) {
            seen.read++;
            yield x;
          }
        } finally {
          seen.ended = true;
        }
      });
      const call = async <T>(ms: number, result: () => T) => {
        seen.most = Math.max(seen.most, ++seen.running);
        await wait(ms);
        seen.running--;
        return result();
      };
      return { seen, source, call };
    };

    it('calls it for several elements at once, and yields in order', async () => {
      const { seen, source, call } = counting(40);
      const mapped = source.map((x) => call(x % 3 === 0 ? 9 : 1, () => x), { concurrency: 5 });
      expect(await collect(mapped)).to.deep.equal(Array.from({ length: 40 }, (_, x) => x));
      expect(seen.most).to.equal(5);
      expect(await collect(mapped, 0, 33)).to.deep.equal([33, 34, 35, 36, 37, 38, 39]);
    });

    it('reads ahead no further than its concurrency, and not before it is read', async () => {
      const { seen, source, call } = counting(40);
      const reader = source.map((x) => call(0, () => x), { concurrency: 4 }).read({ epoch: 0, skip: 0 });
      await wait(5);
      expect(seen.read).to.equal(0);
      for (const expected of [0, 1, 2]) {
        expect((await reader.next()).value).to.equal(expected);
        await wait(10);
        expect(seen.read, 'after the first, which shows that the function is asynchronous').to.equal(
          expected === 0 ? 1 : expected + 4,
        );
      }
      await reader.return?.();
    });

    it('reads nothing ahead for a synchronous function', async () => {
      const { seen, source } = counting(40);
      const reader = source.map((x) => x).read({ epoch: 0, skip: 0 });
      for (const expected of [1, 2, 3]) {
        await reader.next();
        await wait(5);
        expect(seen.read).to.equal(expected);
      }
      await reader.return?.();
    });

    it('reports an error after the elements before it, even if a later one fails first, and then ends', async () => {
      const { source, call } = counting(40);
      const mapped = source.map((x) =>
        call(x === 6 ? 20 : 1, () => {
          if (x === 6 || x === 8 || x === 9) throw new Error(`no ${x}`);
          return x;
        }),
      );
      for (const chain of [mapped, mapped.prefetch(3)]) {
        const reader = chain.read({ epoch: 0, skip: 0 });
        for (let x = 0; x < 6; x++) expect((await reader.next()).value).to.equal(x);
        const error = await failure(() => reader.next());
        expect(error.message).to.equal('The map function failed at element 6 of epoch 0: no 6');
        expect((await reader.next()).done).to.equal(true);
      }
    });

    it('stops when its consumer does: ends the source, and yields nothing more', async () => {
      const { seen, source, call } = counting(1000);
      const reader = source.map((x) => call(1, () => x), { concurrency: 8 }).read({ epoch: 0, skip: 0 });
      for (let x = 0; x < 3; x++) await reader.next();
      await reader.return?.();
      const { read } = seen;
      expect([seen.ended, (await reader.next()).done]).to.deep.equal([true, true]);
      await wait(10);
      expect([seen.read, seen.running]).to.deep.equal([read, 0]);
    });
  });
});
