import { expect } from 'chai';
import { elements } from '../../tensor/tensor-data.js';
import { collect, failure, numbered } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { BucketOptions } from './bucket-options.js';

interface Sentence {
  readonly tokens: Int32Array;
  readonly id: number;
}

const lengths = [3, 9, 1, 4, 2, 5, 12, 1];
const sentence = (id: number): Sentence => ({ tokens: new Int32Array(lengths[id % lengths.length]!).fill(id + 1), id });
const options = { boundaries: [3, 6], size: 2, length: 'tokens', pad: { tokens: 0 } } as const;
const indexed = (count = 8): Pipeline<Sentence> => numbered(count).map((_, { index }) => sentence(index));
const streamed = (count = 8) =>
  fromGenerator(function* () {
    for (let id = 0; id < count; id++) yield sentence(id);
  });

async function ids(source: Pipeline<Sentence>, given: BucketOptions<Sentence> = options, epoch = 0, skip = 0) {
  const batches = await collect(source.bucketByLength(given), epoch, skip);
  return batches.map(({ id, tokens }) => ({ ids: Array.from(elements(id), Number), longest: tokens.shape[1] }));
}

describe('bucketByLength', () => {
  const expected = [
    { ids: [0, 2], longest: 3 },
    { ids: [3, 5], longest: 5 },
    { ids: [1, 6], longest: 12 },
    { ids: [4, 7], longest: 2 },
  ];

  it('makes a batch of each bucket that is full, then of the rest, the shortest first', async () => {
    for (const source of [indexed(), streamed()]) {
      for (let skip = 0; skip <= 4; skip++)
        expect(await ids(source, options, 0, skip)).to.deep.equal(expected.slice(skip));
      expect(await ids(source, { ...options, size: [3, 1, 1] })).to.deep.equal([
        { ids: [1], longest: 9 },
        { ids: [3], longest: 4 },
        { ids: [0, 2, 4], longest: 3 },
        { ids: [5], longest: 5 },
        { ids: [6], longest: 12 },
        { ids: [7], longest: 1 },
      ]);
      expect(await ids(source, { ...options, size: [3, 1, 1], dropRemainder: true })).to.have.length(5);
      expect(await ids(source, { ...options, length: ({ tokens }) => tokens.length })).to.deep.equal(expected);
    }
  });

  it('reads each element once for its length, also of shuffled data, and then only what a batch holds', async () => {
    const read: number[] = [];
    const source = numbered(800).map((_, { index }) => {
      read.push(index);
      return sentence(index);
    });
    const batches = source.shuffle(4).bucketByLength({ ...options, size: 8 });
    await batches.open();
    expect(read).to.have.length(800);
    const whole = await collect(batches, 1);
    expect(batches.length).to.equal(whole.length);
    read.length = 0;
    const [resumed] = await collect(batches, 1, 50, 1);
    expect(resumed).to.deep.equal(whole[50]);
    expect(read).to.have.length(8);
    const seen = whole.flatMap(({ id }) => Array.from(elements(id), Number));
    expect([...seen].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 800 }, (_, id) => id));
    const other = await collect(batches, 2);
    expect(other.map(({ id }) => elements(id))).to.not.deep.equal(whole.map(({ id }) => elements(id)));
    const bucketOf = (id: number) => [3, 6, 99].findIndex((longest) => lengths[id % 8]! <= longest);
    for (const { id } of whole) expect(new Set(Array.from(elements(id), Number).map(bucketOf)).size).to.equal(1);
  });

  it('follows data whose lengths, or whose elements, differ in each epoch', async () => {
    const cropped = indexed(40).map(({ tokens, id }, { random }) => ({
      tokens: tokens.slice(0, 1 + random.below(tokens.length)),
      id,
    }));
    let reads = 0;
    const random = indexed(400).map((sentence, { random }) => {
      reads++;
      return { ...sentence, noise: random.float() };
    });
    await random.bucketByLength(options).open();
    expect(reads, 'to see that the elements differ').to.equal(1);
    const some = indexed(40).shuffle(1).take(20);
    for (const source of [cropped, some]) {
      const batches = source.bucketByLength(options);
      await batches.open();
      expect(batches.length).to.equal(undefined);
      for (const epoch of [0, 1]) {
        const whole = await collect(batches, epoch);
        for (const { tokens, id } of whole) expect(tokens.shape[0]).to.equal(id.shape[0]);
        for (const skip of [1, 5]) expect(await collect(batches, epoch, skip)).to.deep.equal(whole.slice(skip));
      }
    }
  });

  it('keeps random access: batches are shuffled as a whole', async () => {
    const batches = indexed(400).bucketByLength(options).shuffle(1, { buffer: 1 });
    await batches.open();
    const first = (await collect(batches, 0, 0, 30)).map(({ id }) => Number(elements(id)[0]));
    expect(Math.max(...first)).to.be.above(200);
  });

  it('refuses wrong options where they are written', async () => {
    const refused = async (changes: object) =>
      (await failure(() => streamed().bucketByLength({ ...options, ...changes } as never))).message;
    for (const boundaries of [[], [3, 3], [0], 5, undefined]) {
      expect(await refused({ boundaries })).to.contain('not ascending numbers above 0');
    }
    expect(await refused({ size: [1, 2] })).to.contain('has 3 buckets');
    expect(await refused({ size: [1, 2, 0] })).to.contain('must be a whole number');
    expect(await refused({ length: 7 })).to.contain('was not given the length');
    expect(await refused({ pad: undefined })).to.contain('was not given what to pad');
    const named = (await failure(() => streamed().bucketByLength({ ...options, batchSize: 3 } as never))) as unknown;
    expect(named).to.include({ hint: 'Did you mean "size"?' });
    expect((await failure(() => streamed().bucketByLength())).message).to.contain('does not know which arrays to pad');
  });

  it('names the element without a length', async () => {
    const found = async (length: BucketOptions<Sentence>['length']) =>
      (await failure(() => ids(indexed(), { ...options, length }))).message;
    expect(await found('words')).to.equal('The length of element 0 is unknown: it has no array "words".');
    expect(await found('id')).to.contain('Array "id" is a number');
    expect(await found(() => Number.NaN)).to.equal('The length of element 0 is unknown: the function returned NaN.');
  });
});
