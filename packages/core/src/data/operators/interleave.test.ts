import { expect } from 'chai';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';
import { interleave } from '../pipeline/join.js';

const tagged = (tag: string, length: number) => numbered(length).map((_, { index }) => `${tag}${index}`);
const streamed = (tag: string, count: number, known: boolean) =>
  fromGenerator(
    function* () {
      for (let at = 0; at < count; at++) yield `${tag}${at}`;
    },
    known ? { length: count } : {},
  );

describe('interleave', () => {
  it('reads an element of each in turn, and skips those that have ended', async () => {
    const expected = ['a0', 'b0', 'c0', 'a1', 'c1', 'a2', 'c2', 'c3'];
    const kinds = [
      interleave([tagged('a', 3), tagged('b', 1), tagged('c', 4)]),
      interleave([tagged('a', 3), streamed('b', 1, true), tagged('c', 4)]),
      interleave([streamed('a', 3, false), streamed('b', 1, false), tagged('c', 4)]),
    ];
    for (const mixed of kinds) {
      for (let skip = 0; skip <= 8; skip++) expect(await collect(mixed, 0, skip)).to.deep.equal(expected.slice(skip));
    }
    expect(kinds.map(({ length }) => length)).to.deep.equal([8, 8, undefined]);
  });

  it('draws by weights, differently in each epoch and for each seed, each element once', async () => {
    const mixed = (seed: number) => interleave([tagged('a', 300), tagged('b', 100)], { weights: [3, 1], seed });
    const read = await collect(mixed(1));
    expect(new Set(read).size).to.equal(400);
    expect(read.filter((name) => name.startsWith('a'))).to.deep.equal(Array.from({ length: 300 }, (_, at) => `a${at}`));
    const early = read.slice(0, 200).filter((name) => name.startsWith('a')).length;
    expect(early, 'three of four, within four standard deviations').to.be.within(125, 175);
    expect(await collect(mixed(1), 1)).to.not.deep.equal(read);
    expect(await collect(mixed(2))).to.not.deep.equal(read);
    expect(await collect(mixed(1))).to.deep.equal(read);
  });

  it('has the same order over streams of known length, and resumes over streams of unknown length', async () => {
    const options = { weights: [1, 2, 1], seed: 5 };
    const arrays = await collect(interleave([tagged('a', 9), tagged('b', 2), tagged('c', 5)], options), 2);
    const known = interleave([streamed('a', 9, true), streamed('b', 2, true), tagged('c', 5)], options);
    expect(await collect(known, 2)).to.deep.equal(arrays);
    const unknown = interleave([streamed('a', 9, false), streamed('b', 2, false), tagged('c', 5)], options);
    const whole = await collect(unknown, 2);
    for (let skip = 0; skip <= 16; skip++) {
      expect(await collect(known, 2, skip)).to.deep.equal(arrays.slice(skip));
      expect(await collect(unknown, 2, skip)).to.deep.equal(whole.slice(skip));
    }
  });

  it('keeps the weights over datasets that repeat, without reading what is skipped', async () => {
    const mixed = interleave([tagged('a', 3).repeat(), tagged('b', 2).repeat()], { weights: [1, 9] });
    expect(mixed.length).to.equal(Number.POSITIVE_INFINITY);
    const read = await collect(mixed, 0, 0, 1000);
    expect(read.filter((name) => name.startsWith('b')).length).to.be.within(850, 950);
    expect(await collect(mixed, 0, 990, 10)).to.deep.equal(read.slice(990));
  });

  it('is shuffled as a whole', async () => {
    const read = xs(await collect(interleave([numbered(1000), numbered(1000)]).shuffle(1, { buffer: 1 }))).flat();
    expect(Math.max(...read.slice(0, 50))).to.be.above(500);
  });

  it('refuses weights that do not fit, and a seed that has no effect', async () => {
    for (const weights of [[1], [1, 0], [1, Number.NaN], [-1, 2]]) {
      expect((await failure(() => interleave([numbered(1), numbered(1)], { weights }))).code).to.equal('DATA_INVALID');
    }
    expect((await failure(() => interleave([numbered(1)], { seed: 1 }))).message).to.contain('no weights');
    expect((await failure(() => interleave(numbered(1) as never, numbered(1) as never))).message).to.equal(
      'interleave was given no list of datasets.',
    );
    expect((await failure(() => interleave([]))).message).to.equal('interleave was given no dataset.');
  });
});
