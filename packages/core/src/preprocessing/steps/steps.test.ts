import { expect } from 'chai';
import { elements, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import type { ColumnPlan } from '../column-plan.js';
import {
  clip,
  impute,
  label,
  log1p,
  minMax,
  number,
  oneHot,
  resize,
  scale,
  standardize,
  target,
  tokenize,
  vocabulary,
} from '../columns.js';
import { Preparation } from '../preparation.js';
import type { Value } from './step.js';

/** What a column is converted to, after a fit on the training values. */
async function converted(plan: ColumnPlan, training: readonly Value[], values: readonly Value[] = training) {
  const preparation = new Preparation({ a: plan }, async function* () {
    for (const a of training) yield { a };
  });
  const fitted = await preparation.fit();
  return values.map((a, index) => plain(fitted.convert({ a }, index).a!));
}

function plain(value: object | number): unknown {
  if (typeof value === 'number') return value;
  return ArrayBuffer.isView(value)
    ? Array.from(value as Float32Array)
    : Array.from(elements(value as TensorData), Number);
}

const ages = [20, null, 40, 60, 40];

describe('steps of preprocessing', () => {
  it('number: numbers as they are, true and false as 1 and 0', async () => {
    expect(await converted(number(), [2.5, true, false])).to.deep.equal([2.5, 1, 0]);
  });

  it('impute: mean, median, a number', async () => {
    expect(await converted(impute('mean'), ages)).to.deep.equal([20, 40, 40, 60, 40]);
    expect(await converted(impute('median'), [1, null, 2, 10])).to.deep.equal([1, 2, 2, 10]);
    expect(await converted(impute('median'), [1, null, 3, 10, 4])).to.deep.equal([1, 3.5, 3, 10, 4]);
    expect(await converted(impute(-1), ages)).to.deep.equal([20, -1, 40, 60, 40]);
  });

  it('impute: the most frequent category, a text', async () => {
    const plans = ['basic', null, 'plus', 'basic'];
    expect(await converted(impute('mostFrequent').label(), plans)).to.deep.equal([[0], [0], [1], [0]]);
    expect(await converted(impute({ value: 'none' }).label(), plans)).to.deep.equal([[0], [1], [2], [0]]);
  });

  it('standardize: mean 0, standard deviation 1 of the population; a constant becomes 0', async () => {
    const root = Math.sqrt(1.5);
    const [a, b, c] = (await converted(standardize(), [1, 2, 3])) as [number, number, number];
    expect(a).to.be.closeTo(-root, 1e-12);
    expect(b).to.equal(0);
    expect(c).to.be.closeTo(root, 1e-12);
    expect(await converted(standardize(), [7, 7])).to.deep.equal([0, 0]);
  });

  it('standardize: images by channel', async () => {
    const image = (...pixels: number[]) => tensor(Uint8Array.from(pixels), [1, 2, 2]);
    const [first] = await converted(standardize(), [image(0, 10, 2, 10), image(4, 10, 6, 10)]);
    const std = Math.sqrt(5);
    expect(first).to.deep.equal([-3 / std, 0, -1 / std, 0].map(Math.fround));
  });

  it('minMax: to a range; later values may be outside', async () => {
    expect(await converted(minMax(), [10, 20, 15], [10, 20, 15, 30])).to.deep.equal([0, 1, 0.5, 2]);
    expect(await converted(minMax({ range: [-1, 1] }), [10, 20], [15])).to.deep.equal([0]);
  });

  it('minMax: of a range whose reciprocal is infinite', async () => {
    expect(await converted(minMax(), [0, Number.MIN_VALUE])).to.deep.equal([0, 1]);
  });

  it('log1p and clip', async () => {
    expect(await converted(log1p(), [0, Math.E - 1])).to.deep.equal([0, 1]);
    expect(await converted(clip({ min: 0, max: 5 }), [-3, 9, 2])).to.deep.equal([0, 5, 2]);
    expect(await converted(clip({ max: 5 }), [-3, 9])).to.deep.equal([-3, 5]);
  });

  it('oneHot: categories in order, missing ones last, unknown ones zero', async () => {
    const values = ['plus', 'basic', null];
    expect(await converted(oneHot(), values, [...values, 'gold'])).to.deep.equal([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(await converted(oneHot(), [10, 9, 100])).to.deep.equal([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(await converted(oneHot(), [true, false])).to.deep.equal([
      [0, 1],
      [1, 0],
    ]);
  });

  it('vocabulary: by frequency from 1, 0 for others', async () => {
    const values = ['b', 'a', 'b', 'c'];
    expect(await converted(vocabulary(), values, ['b', 'a', 'c', 'd', null])).to.deep.equal([[1], [2], [3], [0], [0]]);
    expect(await converted(vocabulary({ minCount: 2 }), values, ['a', 'b'])).to.deep.equal([[0], [1]]);
    expect(await converted(vocabulary({ max: 2 }), values, ['c'])).to.deep.equal([[0]]);
  });

  it('tokenize: words and punctuation marks, or characters', async () => {
    const texts = ["It's good, good!", 'Good?'];
    expect(await converted(tokenize({ maxLength: 6 }), texts, [...texts, 'bad'])).to.deep.equal([
      [6, 2, 4, 2, 3, 0],
      [2, 5, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0],
    ]);
    expect(
      await converted(tokenize({ maxLength: 2, pad: false, by: 'characters' }), ['aab'], ['b', 'aaa', '']),
    ).to.deep.equal([[3], [2, 2], []]);
  });

  it('scale: pixels from 0 to 1', async () => {
    const [pixels] = await converted(scale(), [tensor(Uint8Array.of(0, 255, 51), [1, 3, 1])]);
    expect(pixels).to.deep.equal([0, 1, 0.2].map(Math.fround));
  });

  it('resize: as Pillow', async () => {
    // np.random.default_rng(0).integers(0, 256, (7, 5, 3)), then Image.resize((3, 4) and (8, 9), Image.BILINEAR), Pillow 12.3
    const image = tensor(
      Uint8Array.from([
        217, 163, 130, 69, 78, 10, 19, 4, 44, 208, 166, 233, 128, 155, 248, 186, 161, 139, 143, 239, 71, 208, 171, 0,
        100, 219, 141, 8, 195, 186, 216, 44, 22, 220, 5, 138, 20, 76, 123, 108, 103, 7, 1, 31, 2, 171, 134, 165, 65,
        157, 195, 98, 117, 255, 206, 251, 97, 175, 243, 166, 215, 176, 180, 99, 224, 34, 148, 184, 216, 134, 96, 79,
        108, 124, 184, 227, 18, 239, 136, 91, 172, 146, 65, 82, 184, 152, 129, 86, 194, 100, 84, 227, 67, 58, 182, 159,
        12, 21, 96, 213, 102, 201, 81, 61, 202,
      ]),
      [7, 5, 3],
    );
    const floats = tensor(Float32Array.from(elements(image) as Uint8Array), image.shape);
    const [unrounded] = await converted(resize([4, 3]), [floats]);
    const [small] = await converted(resize([4, 3]), [image]);
    expect(small).to.deep.equal([
      163, 151, 92, 115, 117, 66, 107, 175, 199, 182, 93, 109, 110, 117, 120, 86, 142, 74, 159, 153, 153, 132, 152, 156,
      140, 162, 133, 127, 139, 151, 107, 86, 125, 133, 122, 160,
    ]);
    for (const [at, value] of (unrounded as number[]).entries()) {
      expect(value).to.be.closeTo((small as number[])[at]!, 1);
    }
    const [large] = await converted(resize([9, 8]), [image]);
    expect((large as number[]).slice(0, 24)).to.deep.equal([
      217, 163, 130, 152, 126, 78, 66, 73, 12, 35, 27, 33, 78, 55, 103, 196, 156, 221, 163, 160, 241, 128, 155, 248,
    ]);
  });

  for (const [title, plan, training, values, message] of [
    ['a text for a number', standardize(), [1], ['old'], 'Column "a" of row 1 is the text "old", not a number.'],
    ['NaN and null', number(), [1], [null], 'Column "a" of row 1 is missing.'],
    ['infinity', number(), [1], [Number.POSITIVE_INFINITY], 'Column "a" of row 1 is Infinity, not a finite number.'],
    [
      'a text in the training rows',
      standardize(),
      [1, 'old'],
      [],
      'Column "a" of row 2 is the text "old", not a number.',
    ],
    [
      'a number above float32',
      number(),
      [1],
      [1e39],
      'Column "a" of row 1 gives 1e+39, which is too large for float32.',
    ],
    [
      'nothing to impute from',
      impute('median').standardize(),
      [null, null],
      [],
      'Column "a" has no values in the training rows, so impute() has nothing to learn from.',
    ],
    [
      'no category to impute',
      impute('mostFrequent').oneHot(),
      [null],
      [],
      'Column "a" has no values in the training rows, so impute() has nothing to learn from.',
    ],
    [
      'a variance that overflows',
      standardize(),
      [1e300, -1e300],
      [],
      'Column "a" has numbers that are too large for standardize().',
    ],
    [
      'a range that overflows',
      minMax(),
      [1.7e308, -1.7e308],
      [],
      'Column "a" has numbers that are too large for minMax().',
    ],
    ['an unknown class', label(), ['a'], ['b'], 'Column "a" of row 1 is the text "b", which is none of the classes.'],
    ['a missing label', label(), ['a'], [null], 'Column "a" of row 1 is missing.'],
    ['log of -1', log1p(), [1], [-1], 'Column "a" of row 1 is -1, and log1p needs a number above -1.'],
    [
      'an unknown category with an error',
      oneHot({ unknown: 'error' }),
      ['a'],
      ['b'],
      'Column "a" of row 1 is the text "b", which no training row has.',
    ],
    ['a number for a text', tokenize(), ['a'], [3], 'Column "a" of row 1 is 3, not a text.'],
    [
      'an image of other channels',
      standardize(),
      [tensor(new Uint8Array(2), [1, 1, 2])],
      [tensor(new Uint8Array(3), [1, 1, 3])],
      'Column "a" of row 1 has 3 channels, and the training rows have 2.',
    ],
    [
      'no category',
      vocabulary(),
      [null, null],
      [],
      'Column "a" has no values in the training rows, so vocabulary() has nothing to learn from.',
    ],
    [
      'no frequent category',
      vocabulary({ minCount: 2 }),
      ['x', 'y'],
      [],
      'Column "a" has no value 2 times in the training rows, so vocabulary() has nothing to learn from.',
    ],
    [
      'empty texts',
      tokenize(),
      ['', ' '],
      [],
      'Column "a" has no tokens in the training rows, so tokenize() has nothing to learn from.',
    ],
  ] as const) {
    it(`${title}: an error that names row and column`, async () => {
      const error = await failureOf(() => converted(plan, training, values));
      expect([error.code, error.message]).to.deep.equal(['DATA_INVALID', message]);
    });
  }

  it('wrong options are errors where they are written', async () => {
    for (const [plan, about] of [
      [() => minMax({ range: [1, 0] }), 'minMax({ range })'],
      [() => clip({}), 'clip({ min, max })'],
      [() => oneHot({ max: 0 }), 'oneHot(options)'],
      [() => impute('avg' as never), 'impute(with)'],
      [() => resize([0, 3]), 'resize({ size })'],
      [() => tokenize({ by: 'bytes' as never }), 'tokenize(options)'],
      [() => label({ classes: ['a', 'a'] }), 'label({ classes })'],
      [() => target({ outputs: 'mean' as never }), 'target({ outputs })'],
      [() => oneHot().standardize(), 'standardize'],
      [() => standardize().oneHot(), 'oneHot'],
    ] as const) {
      const error = await failureOf(plan);
      expect([error.code, error.about]).to.deep.equal(['DATA_INVALID', about]);
    }
    expect((await failureOf(() => oneHot({ unkown: 'zeros' } as never))).code).to.equal('OPTION_UNKNOWN');
  });
});
