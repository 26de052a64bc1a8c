import { expect } from 'chai';
import { collect, numbered } from './collect.test.support.js';

const outOfFiles = (code: string) =>
  Object.assign(new Error(`${code}: too many open files`), { code, syscall: 'open' });

describe('map with an asynchronous function', () => {
  for (const [concurrency, most] of [
    [undefined, 64],
    [3, 3],
    [1, 1],
  ] as const) {
    it(`runs at most ${most} calls concurrently if concurrency is ${concurrency}, and keeps the order`, async () => {
      let running = 0;
      let peak = 0;
      const slow = numbered(200).map(
        async (_, { index, random }) => {
          peak = Math.max(peak, ++running);
          await new Promise((resolve) => setTimeout(resolve, random.below(3)));
          running--;
          return { index: new Int32Array([index]) };
        },
        concurrency === undefined ? {} : { concurrency },
      );
      const batches = await collect(slow.batch(100));
      const indices = batches.flatMap(({ index }) => [...new Int32Array(index.bytes.slice().buffer)]);
      expect(indices).to.deep.equal(Array.from({ length: 200 }, (_, index) => index));
      expect(peak).to.equal(most);
    });
  }

  it('is retried if no file descriptor was left, with the same random numbers', async () => {
    const drawn = (fails: (index: number, tries: number) => void) => {
      const tries = new Map<number, number>();
      return collect(
        numbered(20).map((_, { index, random }) => {
          const value = random.uint32();
          tries.set(index, (tries.get(index) ?? 0) + 1);
          fails(index, tries.get(index)!);
          return Promise.resolve(value);
        }),
      );
    };
    const plain = await drawn(() => undefined);
    const retried = await drawn((index, tries) => {
      if (index % 3 === 0 && tries < 3) throw outOfFiles(index % 2 === 0 ? 'EMFILE' : 'ENFILE');
    });
    expect(retried).to.deep.equal(plain);
  });

  it('fails without a retry on any other error, and names the element', async () => {
    let calls = 0;
    const broken = numbered(3).map(async () => {
      calls++;
      throw new Error('broken');
    });
    expect(String(await collect(broken).catch((error: unknown) => error))).to.contain('element 0 of epoch 0: broken');
    expect(calls).to.equal(1);
  });

  it('refuses an invalid concurrency', () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN]) {
      expect(() => numbered(3).map((x) => x, { concurrency })).to.throw('concurrency of a map');
    }
  });
});
