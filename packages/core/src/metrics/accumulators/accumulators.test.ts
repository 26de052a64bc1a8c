import { expect } from 'chai';
import fc from 'fast-check';
import { encodeNumbers } from '../../json/json-number.js';
import { accuracy, topK } from './accuracy.js';
import { prAuc, rocAuc } from './area.js';
import { type Row, resultOf, stateOf } from './batches.test.support.js';
import { confusionMatrix } from './confusion-matrix.js';
import { logLoss, perplexity } from './log-loss.js';
import { mean } from './mean.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { decodeNumbers } from './parts/json-state.js';
import { f1, precision, recall } from './precision-recall.js';
import { r2 } from './r2.js';
import { mae, mse, rmse } from './regression.js';

type Accumulator = MergingAccumulator<unknown, unknown>;

const score = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e-300),
);
const w = fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.constant(0));
const bit = fc.integer({ min: 0, max: 1 });
const scores = (count: number) => fc.array(score, { minLength: count, maxLength: count });

const kinds: Readonly<Record<string, readonly [row: fc.Arbitrary<Row>, accumulators: readonly unknown[]]>> = {
  binary: [
    fc.record({ y: bit, output: score, w }),
    [f1(), f1({ average: 'macro', weights: 'w' }), precision(), recall({ weights: 'w' }), accuracy({ weights: 'w' })]
      .concat([logLoss({ weights: 'w' }), perplexity(), mean({ weights: 'w' })])
      .concat([rocAuc(), rocAuc({ weights: 'w' }), rocAuc({ bins: 8, weights: 'w' })] as never)
      .concat([prAuc(), prAuc({ weights: 'w' }), prAuc({ bins: 8 }), confusionMatrix({ weights: 'w' })] as never),
  ],
  multiclass: [
    fc.record({ y: fc.integer({ min: 0, max: 2 }), output: scores(3), w }),
    [f1({ weights: 'w' }), precision({ average: 'weighted', weights: 'w' }), recall({ average: 'micro' })]
      .concat([accuracy(), topK({ k: 2, weights: 'w' }), logLoss({ weights: 'w' })])
      .concat([rocAuc({ weights: 'w' }), rocAuc({ average: 'micro' }), prAuc({ bins: 8, weights: 'w' })] as never)
      .concat([confusionMatrix()] as never),
  ],
  multilabel: [
    fc.record({ y: fc.array(bit, { minLength: 2, maxLength: 2 }), output: scores(2), w }),
    [f1({ multilabel: true, weights: 'w' }), accuracy({ multilabel: true })].concat([
      rocAuc({ multilabel: true, weights: 'w' }),
      prAuc({ multilabel: true, average: 'weighted' }),
    ] as never),
  ],
  regression: [
    fc.record({ y: scores(2), output: scores(2), w }),
    [rmse(), rmse({ weights: 'w' }), mse({ weights: 'w' }), mae(), r2(), r2({ weights: 'w' })],
  ],
};

describe('accumulators', () => {
  for (const [kind, [row, accumulators]] of Object.entries(kinds)) {
    it(`${kind}: any batches, any order, merged, stored and restored: the same bits`, () => {
      const plan = fc.array(row, { minLength: 1, maxLength: 30 }).chain((rows) =>
        fc.record({
          rows: fc.constant(rows),
          shuffled: fc.shuffledSubarray(rows, { minLength: rows.length }),
          sizes: fc.array(fc.integer({ min: 1, max: 7 })),
          cut: fc.nat(rows.length),
        }),
      );
      fc.assert(
        fc.property(plan, ({ rows, shuffled, sizes, cut }) => {
          for (const accumulator of accumulators as readonly Accumulator[]) {
            const expected = resultOf(accumulator, rows);
            expect(accumulator.result(stateOf(accumulator, rows, sizes))).to.deep.equal(expected);
            const merged = restored(accumulator, stateOf(accumulator, shuffled.slice(0, cut), sizes));
            accumulator.merge(merged, stateOf(accumulator, shuffled.slice(cut), sizes));
            expect(accumulator.result(merged)).to.deep.equal(expected);
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  it('a result does not change the state', () => {
    const rows: Row[] = [0.5, -1, 2].map((output, at) => ({ y: at % 2, output }));
    for (const accumulator of [f1(), rocAuc(), rocAuc({ bins: 4 }), rmse(), r2(), logLoss()] as Accumulator[]) {
      const state = stateOf(accumulator, rows);
      const before = JSON.stringify(accumulator.toJson(state));
      accumulator.result(state);
      expect(JSON.stringify(accumulator.toJson(state))).to.equal(before);
    }
  });
});

/** As a checkpoint does it. */
function restored(accumulator: Accumulator, state: unknown): unknown {
  return accumulator.fromJson(decodeNumbers(JSON.parse(JSON.stringify(accumulator.toJson(state), encodeNumbers))));
}
