import { expect } from 'chai';
import { elements } from '../../tensor/tensor-data.js';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromArrays } from '../pipeline/arrays.js';
import { fromGenerator } from '../pipeline/generator.js';
import { zip } from '../pipeline/join.js';
import { Pipeline } from '../pipeline/pipeline.js';

const squares = (length: number) => fromArrays({ y: Int32Array.from({ length }, (_, at) => at * at) });
const streamed = (length: number) =>
  fromGenerator(function* () {
    for (let at = 0; at < length; at++) yield { z: at };
  });

describe('zip', () => {
  it('merges the names of the elements, or puts them under given names', async () => {
    const merged = await collect(zip(numbered(3), squares(3)));
    expect(merged.map(({ x, y }) => [Number(elements(x)[0]), Number(elements(y)[0])])).to.deep.equal([
      [0, 0],
      [1, 1],
      [2, 4],
    ]);
    const named = await collect(zip({ a: numbered(3).map(({ x }) => x), b: streamed(3) }), 0, 1);
    expect(named.map(({ a, b }) => [Number(elements(a)[0]), b.z])).to.deep.equal([
      [1, 1],
      [2, 2],
    ]);
  });

  it('keeps random access, also of elements that are promises', async () => {
    const later = squares(2000).map(async (row) => row);
    const shuffled = zip(numbered(2000), later).shuffle(1, { buffer: 1 });
    expect(shuffled.length).to.equal(2000);
    const read = await collect(shuffled.batch(50), 0, 0, 1);
    const x = xs(read)[0]!;
    expect(xs([{ x: read[0]!.y }])[0]).to.deep.equal(x.map((value) => value ** 2));
    expect(Math.max(...x)).to.be.above(1000);
  });

  it('is open when all its datasets are', async () => {
    const lazy = zip(
      Pipeline.lazy(async () => numbered(2)),
      squares(2),
    ).batch(2);
    expect(lazy.length).to.equal(undefined);
    await lazy.open();
    expect(lazy.length).to.equal(1);
    expect(xs(await collect(lazy))).to.deep.equal([[0, 1]]);
  });

  it('fits endless datasets to the others', async () => {
    const both = zip(numbered(2).repeat(), squares(5));
    expect(both.length).to.equal(5);
    expect(xs(await collect(both)).flat()).to.deep.equal([0, 1, 0, 1, 0]);
    expect(await collect(zip(streamed(3), numbered(1).repeat()))).to.have.length(3);
    expect(zip(numbered(2).repeat(), squares(2).repeat()).length).to.equal(Number.POSITIVE_INFINITY);
  });

  it('refuses datasets of different lengths: at once if they are known, otherwise at the end', async () => {
    const known = await failure(() => zip(numbered(3), squares(5)));
    expect(known.message).to.equal('The datasets given to zip have different lengths: 3, 5.');
    const read: unknown[] = [];
    const unknown = await failure(async () => {
      for await (const { z } of zip(streamed(2), squares(3)).epoch(0)) read.push(z);
    });
    expect(read).to.deep.equal([0, 1]);
    expect(unknown.message).to.equal('A dataset given to zip ended after 2 elements, but number 2 has more.');
  });

  it('refuses a name that occurs twice, elements without names, and what is no dataset', async () => {
    expect((await failure(() => collect(zip(numbered(2), numbered(2))))).message).to.contain('called "x"');
    const numbers = numbered(2).map((_, { index }) => index) as unknown as Pipeline<object>;
    expect((await failure(() => collect(zip(squares(2), numbers)))).message).to.equal(
      'Element 0 of dataset 2 given to zip is a number, not an object of named values.',
    );
    expect((await failure(() => zip())).message).to.equal('zip was given no dataset.');
    expect((await failure(() => zip(numbered(2), [] as never))).message).to.contain('as dataset 2');
    expect((await failure(() => zip({}))).message).to.equal('zip was given no dataset.');
  });
});
