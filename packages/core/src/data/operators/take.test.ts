import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

describe('take', () => {
  it('yields the first elements, none, or all', async () => {
    let read = 0;
    const streamed = fromGenerator(function* () {
      for (let x = 0; x < 5; x++) {
        read++;
        yield { x };
      }
    });
    expect(xs(await collect(numbered(5).take(2))).flat()).to.deep.equal([0, 1]);
    expect(await collect(streamed.take(2))).to.deep.equal([{ x: 0 }, { x: 1 }]);
    expect(read, 'elements read').to.equal(2);
    for (const source of [numbered(5), streamed]) {
      expect(await collect<unknown>(source.take(0))).to.deep.equal([]);
      expect(await collect<unknown>(source.take(9))).to.have.length(5);
      expect(await collect<unknown>(source.take(3), 0, 2)).to.have.length(1);
      expect(await collect<unknown>(source.take(3), 0, 3)).to.deep.equal([]);
      expect(await collect<unknown>(source.take(3), 0, 4)).to.deep.equal([]);
    }
    expect(numbered(5).take(9).length).to.equal(5);
    expect(streamed.take(9).length).to.equal(undefined);
  });

  it('refuses an invalid number', async () => {
    for (const count of [-1, 0.5, Number.NaN]) {
      expect((await failure(() => numbered(5).take(count))).code).to.equal('DATA_INVALID');
    }
  });
});
