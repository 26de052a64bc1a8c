import { expect } from 'chai';
import fc from 'fast-check';
import { column } from '../../preprocessing/columns.js';
import { elements, type TensorData } from '../../tensor/tensor-data.js';
import { collect, failure, numbered } from '../collect.test.support.js';
import type { Dataset } from '../dataset.js';
import { fromArrays } from '../pipeline/arrays.js';
import { fromGenerator } from '../pipeline/generator.js';
import { Pipeline, splits } from '../pipeline/pipeline.js';

interface Sale {
  readonly id: number;
  readonly customer: string;
  readonly bought: string;
}

const sales = (count: number): Sale[] =>
  Array.from({ length: count }, (_, id) => ({ id, customer: `c${id % 7}`, bought: id % 10 === 0 ? 'yes' : 'no' }));

/** Rows as a stream, and as data with random access. */
const stream = (rows: readonly Sale[]) => fromGenerator(() => rows);
const indexed = (rows: readonly Sale[]) =>
  fromArrays({ id: Int32Array.from(rows, ({ id }) => id) }).map(({ id }) => rows[elements(id)[0] as number]!);

const ids = async (dataset: Dataset<Sale> | undefined, skip = 0) =>
  (await collect(dataset!, 0, skip)).map(({ id }) => id);

describe('split', () => {
  it('at random: exact sizes, every element once, the same for every epoch and run', async () => {
    const parts = indexed(sales(103)).split({ valid: 0.1, test: 0.2 });
    const [train, valid, test] = await Promise.all([ids(parts.train), ids(parts.valid), ids(parts.test)]);
    expect([train.length, valid.length, test.length]).to.deep.equal([72, 10, 21]);
    expect([...train, ...valid, ...test].sort((a, b) => a - b)).to.deep.equal(sales(103).map(({ id }) => id));
    const again = indexed(sales(103)).split({ valid: 0.1, test: 0.2 });
    expect(await ids(again.valid)).to.deep.equal(valid);
    expect((await collect(parts.valid!, 3)).map(({ id }) => id)).to.deep.equal(valid);
    expect(await ids(indexed(sales(103)).split({ valid: 0.1, seed: 1 }).valid)).to.not.deep.equal(valid);
  });

  for (const [kind, rows] of [
    ['a stream', stream],
    ['random access', indexed],
  ] as const) {
    it(`by a key, of ${kind}: groups stay together, and rows that are added move none`, async () => {
      const parts = (count: number) => rows(sales(count)).split({ valid: 0.3, by: 'customer' });
      const [few, many] = [parts(50), parts(500)];
      const customers = async (dataset: Dataset<Sale>) =>
        new Set((await collect(dataset)).map(({ customer }) => customer));
      const [trained, valid] = [await customers(many.train), await customers(many.valid!)];
      expect([...trained].filter((customer) => valid.has(customer))).to.deep.equal([]);
      expect(trained.size + valid.size).to.equal(7);
      expect((await ids(many.train)).slice(0, (await ids(few.train)).length)).to.deep.equal(await ids(few.train));
    });
  }

  it('by a key gives the same split to a stream as to random access', async () => {
    const by = ({ customer }: Sale) => customer;
    const [a, b] = [stream, indexed].map((rows) => rows(sales(100)).split({ valid: 0.3, by }));
    expect(await ids(a!.valid)).to.deep.equal(await ids(b!.valid));
  });

  it('stratified: each class has its share in each split', async () => {
    const { train, valid } = indexed(sales(200)).split({ valid: 0.25, stratify: 'bought' });
    const yes = async (dataset: Dataset<Sale>) =>
      (await collect(dataset)).filter(({ bought }) => bought === 'yes').length;
    expect([await yes(train), await yes(valid!), (await ids(valid)).length]).to.deep.equal([15, 5, 50]);
  });

  it('kFold: every element is in the validation data of one fold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 2, max: 7 }), async (count, folds) => {
        for (const options of [{}, { by: 'customer' }, { stratify: 'bought' }] as const) {
          const seen: number[] = [];
          for (let index = 0; index < folds; index++) {
            const { train, valid } = indexed(sales(count)).kFold({ folds, index, ...options });
            const [trained, held] = [await ids(train), await ids(valid)];
            expect(trained.length + held.length).to.equal(count);
            seen.push(...held);
          }
          expect(seen.sort((a, b) => a - b)).to.deep.equal(sales(count).map(({ id }) => id));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('resumes from every position', async () => {
    for (const rows of [stream, indexed]) {
      const { train } = rows(sales(30)).split({ valid: 0.3, by: 'customer' });
      const all = await ids(train);
      for (let skip = 0; skip <= all.length; skip++) expect(await ids(train, skip)).to.deep.equal(all.slice(skip));
    }
  });

  it('operators apply to each split; shuffle, repeat, augment and dropRemainder to train', async () => {
    const data = fromArrays({ x: Int32Array.from({ length: 10 }, (_, at) => at) })
      .split({ valid: 0.3 })
      .shuffle(1)
      .augment(({ x }) => ({ x: Int32Array.of(100 + Number(elements(x)[0])) as never as TensorData }))
      .batch(4, { dropRemainder: true });
    const values = async (dataset: Dataset<{ x: TensorData }>) =>
      (await collect(dataset)).map(({ x }) => Array.from(elements(x), Number));
    expect((await values(data.train)).map((batch) => batch.length)).to.deep.equal([4]);
    expect((await values(data.train)).flat().every((x) => x >= 100)).to.equal(true);
    expect((await values(data.valid!)).map((batch) => batch.length)).to.deep.equal([3]);
    expect((await values(data.valid!)).flat().every((x) => x < 10)).to.equal(true);
  });

  it('splits: data that is split already', async () => {
    const parts = splits({ train: stream(sales(5)), valid: stream(sales(2)) });
    expect([await ids(parts.train), await ids(parts.valid), parts.test]).to.deep.equal([
      [0, 1, 2, 3, 4],
      [0, 1],
      undefined,
    ]);
    expect((await failure(() => splits({ train: stream([]), val: stream([]) } as never))).message).to.include('valid');
  });

  const rows = () => indexed(sales(10));
  for (const [title, action, code, message] of [
    ['no shares', () => rows().split({}), 'DATA_INVALID', 'split({ valid, test }) names no split.'],
    ['a share above 1', () => rows().split({ valid: 1.5 }), 'DATA_INVALID', 'shares are numbers from 0 to 1'],
    ['nothing left to train', () => rows().split({ valid: 0.5, test: 0.5 }), 'DATA_INVALID', 'leave some for train'],
    ['a misspelled option', () => rows().split({ val: 0.1 } as never), 'OPTION_UNKNOWN', 'valid'],
    ['by and stratify', () => rows().split({ valid: 0.1, by: 'id', stratify: 'bought' }), 'USAGE', 'not both'],
    ['a fold that is none', () => rows().kFold({ folds: 3, index: 3 }), 'DATA_INVALID', 'There is no fold 3'],
    [
      'a split after a shuffle',
      () => rows().shuffle(1).split({ valid: 0.1 }),
      'USAGE',
      'split after shuffle or repeat',
    ],
    [
      'a split after prepare, which was fitted on all rows',
      () =>
        rows()
          .prepare({ x: column('id').number() })
          .split({ valid: 0.1 }),
      'USAGE',
      'split after prepare',
    ],
    [
      'a fold after prepare',
      () =>
        rows()
          .prepare({ x: column('id').number() })
          .kFold({ folds: 2, index: 0 }),
      'USAGE',
      'kFold after prepare',
    ],
    [
      'prepare of rows that never end',
      () =>
        rows()
          .repeat()
          .prepare({ x: column('id').number() })
          .open(),
      'DATA_INVALID',
      'never end',
    ],
    ['a share in quotes', () => rows().split({ valid: '0.2' as never }), 'DATA_INVALID', 'not "0.2"'],
    [
      'an unknown column',
      () => ids(rows().split({ valid: 0.1, by: 'costumer' as never }).train),
      'DATA_INVALID',
      'is missing',
    ],
    [
      'a stratified stream',
      () => ids(stream(sales(9)).split({ valid: 0.1, stratify: 'bought' }).train),
      'DATA_INVALID',
      'random access',
    ],
  ] as const) {
    it(`${title}: refused`, async () => {
      const error = await failure(action);
      expect(error.code).to.equal(code);
      expect(error.message).to.include(message);
    });
  }

  it('of an unopened dataset opens it once', async () => {
    let opened = 0;
    const lazy = Pipeline.lazy(async () => {
      opened++;
      return numbered(20);
    });
    const { train, valid } = lazy.split({ valid: 0.5 });
    await Promise.all([train.open(), valid!.open()]);
    expect([opened, train.length, valid!.length]).to.deep.equal([1, 10, 10]);
  });
});
