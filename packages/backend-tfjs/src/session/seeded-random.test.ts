import { RandomStream } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { withSeededRandom } from './seeded-random.js';

describe('withSeededRandom', () => {
  const real = Math.random;
  const draw = (count: number): number[] => Array.from({ length: count }, () => Math.random());
  const of = (seed: number): RandomStream => RandomStream.of(seed, 'test');
  afterEach(() => expect(Math.random).to.equal(real));

  it('draws from the stream while it runs, and restores Math.random', () => {
    const first = withSeededRandom(of(1), () => draw(5));
    expect(withSeededRandom(of(1), () => draw(5))).to.deep.equal(first);
    expect(withSeededRandom(of(2), () => draw(5))).to.not.deep.equal(first);
    expect(new Set(first).size).to.equal(5);
  });

  it('restores it if the function throws, or its promise is rejected', async () => {
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => withSeededRandom(of(1), fail)).to.throw('no');
    expect(Math.random).to.equal(real);
    const result = await withSeededRandom(of(1), async () => {
      await Promise.resolve();
      return fail();
    }).catch((error: Error) => error.message);
    expect(result).to.equal('no');
  });

  it('covers awaits, concurrently, and only in code that it started', async () => {
    const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 1));
    const slowly = (seed: number): Promise<number[]> =>
      withSeededRandom(of(seed), async () => {
        const numbers = draw(2);
        await pause();
        return [...numbers, ...draw(2)];
      });
    const [one, two, again] = [slowly(1), slowly(2), slowly(1)];
    const outside = draw(2);
    expect(await one).to.deep.equal(withSeededRandom(of(1), () => draw(4)));
    expect(await two).to.deep.equal(withSeededRandom(of(2), () => draw(4)));
    expect(await again).to.deep.equal(await one);
    expect(await one).to.not.include.members(outside);
  });

  it('nests', () => {
    const [outer, inner] = [of(1), of(2)];
    const numbers = withSeededRandom(outer, () => [...draw(1), ...withSeededRandom(inner, () => draw(1)), ...draw(1)]);
    const [a, b] = withSeededRandom(of(1), () => draw(2));
    expect(numbers).to.deep.equal([a, withSeededRandom(of(2), () => draw(1))[0], b]);
  });
});
