import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { elements } from '../../tensor/tensor-data.js';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

const even = ({ x }: { x: { bytes: Uint8Array } }) => x.bytes[0]! % 2 === 0;

describe('filter', () => {
  it('keeps what the function accepts, synchronously or asynchronously, over arrays and streams', async () => {
    const streamed = fromGenerator(function* () {
      for (let x = 0; x < 6; x++) yield x;
    });
    expect(xs(await collect(numbered(6).filter(even))).flat()).to.deep.equal([0, 2, 4]);
    expect(xs(await collect(numbered(6).filter(async (row) => even(row)))).flat()).to.deep.equal([0, 2, 4]);
    expect(xs(await collect(numbered(6).filter((_, { index }) => index > 3))).flat()).to.deep.equal([4, 5]);
    expect(await collect(streamed.filter((x) => x % 3 === 0))).to.deep.equal([0, 3]);
    expect(await collect(streamed.filter(async (x) => x % 3 === 0))).to.deep.equal([0, 3]);
    expect(await collect(numbered(3).filter(() => false))).to.deep.equal([]);
  });

  it('keeps random access: calls the function once for each element, and shuffles all that is kept', async () => {
    let calls = 0;
    const kept = numbered(3000).filter((row) => {
      calls++;
      return even(row);
    });
    const shuffled = kept.shuffle(1, { buffer: 1 });
    expect(kept.length).to.equal(undefined);
    await shuffled.open();
    expect([kept.length, shuffled.length, calls]).to.deep.equal([1500, 1500, 3000]);
    const [first, second] = [xs(await collect(shuffled, 0)).flat(), xs(await collect(shuffled, 1)).flat()];
    expect(calls).to.equal(3000);
    expect(first).to.not.deep.equal(second);
    expect(Math.max(...first.slice(0, 50)), 'from the whole dataset').to.be.above(1000);
    expect([...first].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 1500 }, (_, index) => 2 * index));
  });

  it('keeps random access after a map that uses neither the epoch nor random numbers', async () => {
    const plain = numbered(9).map(async ({ x }, { index }) => ({ x, index }));
    const kept = plain.filter(({ index }) => index < 4);
    await kept.open();
    expect(kept.length).to.equal(4);
  });

  it('decides again in each epoch where the elements differ: after a shuffle and a random map', async () => {
    const noisy = numbered(200)
      .map(({ x }, { random }) => ({ x, noise: random.float() }))
      .filter(({ noise }) => noise < 0.5);
    const late = numbered(200)
      .map((row) => row)
      .map((row, { epoch }) => ({ ...row, epoch }))
      .filter(({ epoch }) => epoch === 1);
    await Promise.all([noisy.open(), late.open()]);
    expect([noisy.length, late.length]).to.deep.equal([undefined, undefined]);
    expect(await collect(late, 0)).to.have.length(0);
    expect(await collect(late, 1)).to.have.length(200);
    for (const epoch of [0, 1]) {
      const read = await collect(noisy, epoch);
      expect(read.every(({ noise }) => noise < 0.5)).to.equal(true);
      expect(await collect(noisy, epoch, 7)).to.deep.equal(read.slice(7));
    }
    const shuffled = numbered(20).shuffle(3).filter(even);
    for (const epoch of [0, 1, 2]) {
      expect(
        xs(await collect(shuffled, epoch))
          .flat()
          .sort((a, b) => a - b),
      ).to.deep.equal([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    }
  });

  it('reads no element at the start with { stream: true }', async () => {
    let calls = 0;
    const kept = numbered(100).filter(
      ({ x }) => {
        calls++;
        return Number(elements(x)[0]) > 2;
      },
      { stream: true },
    );
    await kept.open();
    expect([calls, kept.length]).to.deep.equal([0, undefined]);
    expect(xs(await collect(kept, 0, 1, 2)).flat()).to.deep.equal([4, 5]);
    expect(calls).to.equal(6);
  });

  it('limits the concurrent calls of an asynchronous function', async () => {
    let [running, most] = [0, 0];
    const judge = async () => {
      most = Math.max(most, ++running);
      await wait(1);
      running--;
      return true;
    };
    await numbered(30).filter(judge, { concurrency: 4 }).open();
    expect(most).to.equal(4);
    most = 0;
    expect(await collect(numbered(30).filter(judge, { concurrency: 3, stream: true }))).to.have.length(30);
    expect(most).to.be.within(1, 3);
  });

  it('names the element at which the function fails, or returns anything but true or false', async () => {
    const failing = (fn: () => unknown) => failure(() => collect(numbered(3).filter(fn as () => boolean)));
    const thrown = await failing(() => {
      throw new Error('no such file');
    });
    expect(thrown.message).to.equal('The filter function failed at element 0 of epoch 0: no such file');
    expect((await failing(() => undefined)).message).to.equal('The filter function returned undefined for element 0.');
    expect((await failing(async () => 1)).message).to.contain('returned a number for element 0');
    expect((await failure(() => numbered(1).filter('x' as never))).code).to.equal('DATA_INVALID');
    expect((await failure(() => numbered(1).filter(even, { lazy: true } as never))).code).to.equal('OPTION_UNKNOWN');
    expect((await failure(() => numbered(1).filter(even, { concurrency: 0 }))).code).to.equal('DATA_INVALID');
  });
});
