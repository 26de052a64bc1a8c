import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { collect, failure, numbered } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

describe('prefetch', () => {
  it('reads ahead while the consumer works, up to the given count', async () => {
    let read = 0;
    const dataset = fromGenerator(async function* () {
      for (let x = 0; x < 20; x++) {
        read++;
        yield x;
      }
    });
    const reader = dataset.prefetch(3).read({ epoch: 0, skip: 0 });
    expect(read).to.equal(0);
    for (const expected of [0, 1, 2]) {
      expect((await reader.next()).value).to.equal(expected);
      await wait(5);
      expect(read).to.equal(expected + 1 + 3);
    }
    await reader.return?.();
  });

  it('lets the consumer start its work before it reads ahead', async () => {
    const events: string[] = [];
    const dataset = numbered(3).map((_, { index }) => {
      events.push(`read ${index}`);
      return index;
    });
    for await (const index of dataset.prefetch(1).epoch(0)) {
      events.push(`use ${index}`);
      await wait(5);
    }
    expect(events).to.deep.equal(['read 0', 'use 0', 'read 1', 'use 1', 'read 2', 'use 2']);
  });

  it('runs several asynchronous maps over arrays concurrently', async () => {
    let running = 0;
    let most = 0;
    const dataset = numbered(12).map(async (_, { index }) => {
      most = Math.max(most, ++running);
      await wait(index % 2 ? 1 : 4);
      running--;
      return index;
    });
    expect(await collect(dataset.prefetch(4))).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(most, 'the awaited one and four ahead').to.equal(5);
  });

  it('reports an error at its element, after the earlier elements, and then ends', async () => {
    const dataset = fromGenerator(async function* () {
      yield 0;
      yield 1;
      throw new Error('torn file');
    });
    const reader = dataset.prefetch(8).read({ epoch: 0, skip: 0 });
    expect((await reader.next()).value).to.equal(0);
    await wait(5);
    expect((await reader.next()).value).to.equal(1);
    await wait(5);
    expect((await failure(() => reader.next())).message).to.contain('torn file');
    expect((await reader.next()).done).to.equal(true);
  });

  it('yields nothing after it was stopped', async () => {
    const reader = numbered(9).prefetch(2).read({ epoch: 0, skip: 0 });
    await reader.next();
    await wait(2);
    await reader.return?.();
    expect((await reader.next()).done).to.equal(true);
  });

  it('answers overlapping calls in order', async () => {
    const reader = numbered(3)
      .map(async (_, { index }) => index)
      .prefetch(2)
      .read({ epoch: 0, skip: 0 });
    const results = await Promise.all([reader.next(), reader.next(), reader.next(), reader.next()]);
    expect(results.map(({ value }) => value)).to.deep.equal([0, 1, 2, undefined]);
  });

  it('refuses an invalid number', async () => {
    expect((await failure(() => numbered(5).prefetch(0))).code).to.equal('DATA_INVALID');
  });
});
