import { expect } from 'chai';
import fc from 'fast-check';
import type { Row } from '../tensor/row.js';
import { failureOf } from '../testing/temporary-folder.test.support.js';
import {
  column,
  impute,
  label,
  log1p,
  minMax,
  number,
  oneHot,
  standardize,
  target,
  tokenize,
  vocabulary,
} from './columns.js';
import { type ArrayPlans, Preparation } from './preparation.js';
import { decodePreparation, encodePreparation } from './preparation-file.js';

const plans = {
  x: { age: impute('median').standardize(), plan: oneHot(), income: log1p().minMax() },
  words: column('note').tokenize({ maxLength: 3 }),
  city: vocabulary(),
  price: standardize().target({ outputs: ['low', 'high'] }),
  churned: label(),
};

const row = fc.record({
  age: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 120, noNaN: true })),
  plan: fc.constantFrom('basic', 'plus', 'gold', null),
  income: fc.double({ min: 0, max: 1e6, noNaN: true }),
  note: fc.string(),
  city: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  price: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  churned: fc.boolean(),
});

const over = (rows: readonly Row[]) =>
  async function* () {
    yield* rows;
  };

describe('preprocessing', () => {
  it('joins columns into a vector, in the order of their declaration', async () => {
    const rows = [
      { age: 20, plan: 'plus', income: 0, note: '', city: 'A', price: 1, churned: 'no' },
      { age: 40, plan: 'basic', income: Math.E - 1, note: 'so so', city: 'B', price: 3, churned: 'yes' },
    ];
    const fitted = await new Preparation(plans, over(rows)).fit();
    const { x, words, churned } = fitted.convert({ ...rows[1]! }, 0);
    expect(Array.from(x as Float32Array)).to.deep.equal([1, 1, 0, 1]);
    expect(Array.from(words as Int32Array)).to.deep.equal([2, 2, 0]);
    expect(churned).to.deep.include({ dtype: 'int32', shape: [] });
    expect([fitted.size('x'), fitted.size('words'), fitted.size('city'), fitted.classes('churned')]).to.deep.equal([
      4,
      3,
      3,
      ['no', 'yes'],
    ]);
    expect(fitted.inverse('price')(-1)).to.equal(1);
    expect(Object.keys(fitted.convertInputs({ age: 1, plan: 'x', income: 1, note: '', city: '' }, 0))).to.deep.equal([
      'x',
      'words',
      'city',
    ]);
  });

  it('is the same after it was stored, whatever the rows and the order of their columns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (drawn) => {
        // Steps refuse a column without any value.
        const rows = [{ age: 1, plan: 'basic', income: 1, note: 'a', city: 'a', price: 1, churned: true }, ...drawn];
        const fitted = await new Preparation(plans, over(rows)).fit();
        const text = JSON.stringify(encodePreparation({ fitted, conversions: [], source: null }));
        const stored = decodePreparation(JSON.parse(text), 'inputs.json').fitted;
        for (const [index, one] of rows.entries()) {
          const reversed = Object.fromEntries(Object.entries(one).reverse());
          expect(stored.convert(reversed, index)).to.deep.equal(fitted.convert(one, index));
        }
        const again = new Preparation(plans, over(rows));
        again.restore(stored, 'inputs.json');
        expect((await again.fit()).convert(rows[0]!, 0)).to.deep.equal(fitted.convert(rows[0]!, 0));
      }),
      { numRuns: 50 },
    );
  });

  it('reads the rows once for each step that learns, of the longest column', async () => {
    let passes = 0;
    await new Preparation({ x: { a: impute('mean').standardize(), b: oneHot() } }, async function* () {
      passes++;
      yield { a: 1, b: 'x' };
    }).fit();
    expect(passes).to.equal(2);
  });

  it('refuses what was fitted with other steps', async () => {
    const rows = [{ age: 1 }];
    const fitted = await new Preparation({ x: { age: standardize() } }, over(rows)).fit();
    const others: readonly ArrayPlans[] = [
      { x: { age: minMax() } },
      { x: { age: standardize() }, y: column('age').number() },
      { z: { age: standardize() } },
      { x: { age: column('years').standardize() } },
    ];
    for (const other of others) {
      const error = await failureOf(() => new Preparation(other, over(rows)).restore(fitted, 'inputs.json'));
      expect(error.message).to.include('is another than in inputs.json');
    }
  });

  for (const [title, plan, message] of [
    ['nothing', {}, 'makes no array'],
    ['no steps', { x: column('a') }, '"x" has no steps'],
    ['steps that give no number', { x: impute('mostFrequent') }, 'steps that give no numbers'],
    ['a class among numbers', { x: { a: number(), b: label() } }, 'cannot be joined'],
    ['tokens among numbers', { x: { a: number(), b: tokenize() } }, 'cannot be joined'],
    ['a target among inputs', { x: { a: number(), b: target() } }, 'joins the target "b" with the input "a"'],
    ['another object', { x: { a: 'standardize' } }, '"x.a" is not made of steps'],
    ['an empty vector', { x: {} }, '"x" is not made of steps'],
  ] as const) {
    it(`of ${title}: refused`, async () => {
      const error = await failureOf(() => new Preparation(plan as never, over([])));
      expect([error.code, error.message.includes(message)], error.message).to.deep.equal(['DATA_INVALID', true]);
    });
  }

  it('without rows, or without a column: errors that say so', async () => {
    const messageFor = async (rows: readonly Row[]) =>
      (await failureOf(() =>
        new Preparation({ y: { age: target() } }, over(rows)).fit().then((fitted) => fitted.convert(rows[0]!, 0)),
      )) as Error & { hint?: string };
    expect((await messageFor([])).message).to.equal('There are no training rows to fit the preprocessing on.');
    const error = await messageFor([{ agee: 1, plan: 'x' }]);
    expect([error.message, error.hint]).to.deep.equal([
      'Row 1 has no column "age".',
      'Did you mean "agee"? It has agee, plan.',
    ]);
  });

  it('says how a column becomes text, where a number is needed', async () => {
    const error = await failureOf(() => new Preparation({ x: { a: standardize() } }, over([{ a: '1' }])).fit());
    expect((error as { hint?: string }).hint).to.include('declare its type');
  });

  it('shows the row whose value is missing, as its number in a split is not that of the file', async () => {
    const fitted = await new Preparation({ x: column('age').number() }, over([{ age: 1 }])).fit();
    const error = (await failureOf(() => fitted.convert({ id: 'c7', age: null }, 3))) as Error & { hint?: string };
    expect(error.message).to.equal('Column "age" of row 4 is missing.');
    expect(error.hint).to.include('The row has id "c7", age missing.');
  });

  it('says what to do about a class that no training row has', async () => {
    const fitted = await new Preparation({ y: label() }, over([{ y: 'a' }])).fit();
    const error = (await failureOf(() => fitted.convert({ y: 'rare' }, 0))) as Error & { hint?: string };
    expect(error.hint).to.include('label({ classes: [ … ] })').and.include('stratify');
  });

  it('of a hostile file: refused by name', async () => {
    const fitted = await new Preparation(
      plans,
      over([{ age: 1, plan: 'a', income: 1, note: 'a', city: 'a', price: 1, churned: 'a' }]),
    ).fit();
    const valid = encodePreparation({ fitted, conversions: [], source: null });
    const change = (path: string, value: unknown) => {
      const copy = JSON.parse(JSON.stringify(valid)) as Record<string, unknown>;
      const names = path.split('.');
      const last = names.pop()!;
      const parent = names.reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, copy);
      parent[last] = value;
      return copy;
    };
    for (const [message, file] of [
      ['has kind "x"', change('kind', 'x')],
      ['version 2', change('version', 2)],
      ['invalid "arrays"', change('arrays', 3)],
      ['unknown kind "evil"', change('arrays.0.columns.0.steps.0.kind', 'evil')],
      ['unknown kind "constructor"', change('arrays.0.columns.0.steps.0.kind', 'constructor')],
      ['of version 9', change('arrays.0.columns.0.steps.0.version', 9)],
      ['invalid options', change('arrays.1.columns.0.steps.0.options.maxLength', 1e12)],
      ['invalid state', change('arrays.0.columns.0.steps.1.state.std', [0])],
      ['invalid state', change('arrays.0.columns.0.steps.1.state', { mean: [], std: [] })],
      ['no columns', change('arrays.0.columns', [])],
      ['no steps', change('arrays.0.columns.0.steps', [])],
      ['"__proto__"', change('arrays.0.name', '__proto__')],
    ] as const) {
      const error = await failureOf(() => decodePreparation(file, 'inputs.json'));
      expect([error.code, error.message.includes(message)], error.message).to.deep.equal(['RUN_INVALID', true]);
    }
  });
});
