import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

function streamed(length: number, known: boolean) {
  return fromGenerator(
    function* () {
      for (let x = 0; x < length; x++) yield { x };
    },
    known ? { length } : {},
  );
}

describe('batch', () => {
  it('keeps or drops a last partial batch', async () => {
    for (const source of [numbered(5), streamed(5, true), streamed(5, false), numbered(5).map((x) => x)]) {
      expect(xs(await collect(source.batch(2)))).to.deep.equal([[0, 1], [2, 3], [4]]);
      expect(xs(await collect(source.batch(2, { dropRemainder: true })))).to.deep.equal([
        [0, 1],
        [2, 3],
      ]);
      expect(xs(await collect(source.batch(9)))).to.deep.equal([[0, 1, 2, 3, 4]]);
      expect(await collect(source.batch(9, { dropRemainder: true }))).to.deep.equal([]);
      expect(xs(await collect(source.batch(2), 0, 2))).to.deep.equal([[4]]);
      expect(await collect(source.batch(2), 0, 3)).to.deep.equal([]);
    }
  });

  it('knows its length if the source does', () => {
    expect(numbered(5).batch(2).length).to.equal(3);
    expect(numbered(5).batch(2, { dropRemainder: true }).length).to.equal(2);
    expect(streamed(5, true).batch(2).length).to.equal(3);
    expect(streamed(5, false).batch(2).length).to.equal(undefined);
    expect(numbered(5).repeat().batch(2).length).to.equal(Number.POSITIVE_INFINITY);
  });

  it('batches batches', async () => {
    const [first] = await collect(numbered(8).batch(2).batch(3));
    expect(first?.x.shape).to.deep.equal([3, 2]);
  });

  it('spans repeated passes', async () => {
    expect(xs(await collect(numbered(3).repeat(2).batch(4)))).to.deep.equal([
      [0, 1, 2, 0],
      [1, 2],
    ]);
  });

  it('names the element whose shape differs, counted from the start of the epoch', async () => {
    const source = fromGenerator(function* () {
      for (let x = 1; x < 8; x++) yield { x: new Float32Array(x < 6 ? 2 : 3) };
    });
    const error = await failure(() => collect(source.batch(4), 0, 1));
    expect(error.message).to.contain('Array "x" is float32[3] in element 5, but float32[2] in element 4');
  });

  it('refuses an invalid size', async () => {
    for (const size of [0, -1, 1.5, Number.NaN]) {
      const error = await failure(() => numbered(3).batch(size));
      expect(error.code).to.equal('DATA_INVALID');
      expect(error.message).to.contain(String(size));
    }
  });
});
