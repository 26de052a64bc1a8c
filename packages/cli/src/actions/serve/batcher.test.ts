import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { Batcher, type BatcherOptions, QueueFull, RequestGone } from './batcher.js';

/** Doubles numbers and notes its batches; refuses 13. Texts are of another key than numbers. */
function doubling(options: Partial<BatcherOptions<number | string, number | string>> = {}) {
  const batches: (readonly (number | string)[])[] = [];
  const firsts: number[] = [];
  const batcher = new Batcher<number | string, number | string>({
    run: async (items, first) => {
      batches.push(items);
      firsts.push(first);
      await delay(2);
      const at = items.indexOf(13);
      if (at >= 0) throw new Error(`row ${first + at} is unlucky`);
      return items.map((item) => (typeof item === 'number' ? 2 * item : `${item}${item}`));
    },
    keyOf: (item) => typeof item,
    ...{ maxBatch: 4, maxWaitMs: 0, maxQueue: 100, mayHaveMore: () => true },
    ...options,
  });
  return { batcher, batches, firsts };
}

describe('Batcher', () => {
  it('computes a single request at once, and what comes meanwhile together', async () => {
    const { batcher, batches } = doubling();
    const alone = batcher.submit([1]);
    await turn();
    const results = await Promise.all([alone, batcher.submit([2]), batcher.submit([3, 4])]);
    expect(results).to.deep.equal([[2], [4], [6, 8]]);
    expect(batches).to.deep.equal([[1], [2, 3, 4]]);
    expect(await batcher.submit([])).to.deep.equal([]);
  });

  it('computes requests that arrived at the same time together', async () => {
    const { batcher, batches } = doubling();
    expect(await Promise.all([batcher.submit([1]), batcher.submit([2])])).to.deep.equal([[2], [4]]);
    expect(batches).to.deep.equal([[1, 2]]);
  });

  it('does not wait a turn where no other request can have arrived', async () => {
    const { batcher, batches } = doubling({ mayHaveMore: () => false });
    const first = batcher.submit([1]);
    await new Promise(process.nextTick);
    expect(batches).to.deep.equal([[1]]);
    expect(await Promise.all([first, batcher.submit([2])])).to.deep.equal([[2], [4]]);
  });

  it('splits a large request, and never mixes keys', async () => {
    const { batcher, batches, firsts } = doubling();
    const results = await Promise.all([batcher.submit([1, 2, 3, 4, 5, 6]), batcher.submit(['a']), batcher.submit([7])]);
    expect(results).to.deep.equal([[2, 4, 6, 8, 10, 12], ['aa'], [14]]);
    expect(batches).to.deep.equal([[1, 2, 3, 4], [5, 6, 7], ['a']]);
    expect(firsts).to.deep.equal([1, 5, 1]);
    expect(await batcher.submit([1, 'b', 2])).to.deep.equal([2, 'bb', 4]);
  });

  it('a request that fails does not fail the others of its batch, and its error names its own row', async () => {
    const { batcher } = doubling({ maxBatch: 8 });
    const failure = (items: number[]) => batcher.submit(items).then(String, (error: Error) => error.message);
    const results = await Promise.all([failure([1]), failure([2, 3]), failure([5, 13]), failure([4])]);
    expect(results).to.deep.equal(['2', '4,6', 'row 2 is unlucky', '8']);
  });

  it('waits for others where maxWaitMs says so, but not once the batch is full', async () => {
    const { batcher, batches } = doubling({ maxWaitMs: 10_000 });
    const first = batcher.submit([1, 2]);
    await delay(5);
    expect(batches).to.deep.equal([]);
    expect(await Promise.all([first, batcher.submit([3, 4])])).to.deep.equal([
      [2, 4],
      [6, 8],
    ]);
    const short = doubling({ maxWaitMs: 5 });
    expect(await short.batcher.submit([1])).to.deep.equal([2]);
  });

  it('refuses what is more than the queue holds, and drops what no request waits for', async () => {
    const { batcher, batches } = doubling({ maxQueue: 4 });
    const running = batcher.submit([1]);
    await turn();
    const waiting = batcher.submit([2, 3]);
    const gone = batcher.submit([4, 4], () => true).catch((error: unknown) => error);
    expect(await batcher.submit([5]).catch((error: unknown) => error)).to.be.instanceOf(QueueFull);
    expect(await Promise.all([running, waiting])).to.deep.equal([[2], [4, 6]]);
    expect(await gone).to.be.instanceOf(RequestGone);
    expect(batches).to.deep.equal([[1], [2, 3]]);
    expect(await batcher.submit([1, 2, 3, 4, 5])).to.have.length(5);
    await batcher.idle();
  });

  it('an error of the keys, or of the number of results, is the request alone', async () => {
    const { batcher } = doubling({
      keyOf: (item, number) => {
        if (item === 'x') throw new Error(`example ${number}`);
        return '';
      },
    });
    expect(await batcher.submit([1, 'x']).catch((error: Error) => error.message)).to.equal('example 2');
    expect(await batcher.submit([1])).to.deep.equal([2]);
    const short = doubling({ run: async () => [] });
    expect(await short.batcher.submit([1]).catch((error: Error) => error.message)).to.include('0 results for 1');
  });
});
