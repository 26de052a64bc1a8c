import { expect } from 'chai';
import { accuracy, topK } from './accuracy.js';
import { logLoss, perplexity } from './log-loss.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { recallAtK } from './recall-at-k.js';

const context = { metric: 'metric', labels: ['y'], saved: false };
const array = (data: readonly number[], shape: readonly number[]) => {
  return { data: Float64Array.from(data), shape, dtype: 'float64' as const };
};

function resultOf<State>(
  metric: MergingAccumulator<State>,
  y: ReturnType<typeof array>,
  output: ReturnType<typeof array>,
): number {
  const state = metric.start();
  metric.add(state, { y } as never, { output } as never, context);
  return metric.result(state);
}

describe('recallAtK', () => {
  const scores = array([5, 1, 4, 3, 1, 2, 3, 4], [2, 4]);

  it('is the mean share of the relevant candidates among the k highest', () => {
    const relevant = array([1, 1, 0, 1, 0, 0, 0, 1], [2, 4]);
    // Of the first query: 5 of {5, 4}, of three; of the second: its only one.
    expect(resultOf(recallAtK({ k: 2 }), relevant, scores)).to.be.closeTo((1 / 3 + 1) / 2, 1e-15);
    expect(resultOf(recallAtK({ k: 3 }), relevant, scores)).to.be.closeTo((2 / 3 + 1) / 2, 1e-15);
    expect(recallAtK().direction).to.equal('max');
  });

  it('takes one relevant candidate for each query, as topK', () => {
    for (const k of [1, 2, 3]) {
      const y = array([2, 1], [2]);
      expect(resultOf(recallAtK({ k }), y, scores)).to.equal(resultOf(topK({ k }), y, scores));
    }
  });

  it('skips queries without relevant candidates, and is NaN with a NaN', () => {
    expect(resultOf(recallAtK({ k: 1 }), array([1, 0, 0, 0, 0, 0, 0, 0], [2, 4]), scores)).to.equal(1);
    const broken = array([Number.NaN, 1, 4, 3, 1, 2, 3, 4], [2, 4]);
    expect(resultOf(recallAtK({ k: 1 }), array([0, 1], [2]), broken)).to.be.NaN;
  });

  it('refuses labels that are no candidates, and other shapes', () => {
    expect(() => resultOf(recallAtK(), array([0, 4], [2]), scores)).to.throw('a label in y is 4');
    expect(() => resultOf(recallAtK(), array([0, 4, 1], [3]), scores)).to.throw('the labels y are');
    expect(() => resultOf(recallAtK(), array([2, 0, 0, 0, 0, 0, 0, 0], [2, 4]), scores)).to.throw('a label in y is 2');
  });
});

describe('ignoreLabel', () => {
  const output = array([2, 1, 0, 0, 1, 2, 3, 3, 3, 0, 5, 0], [1, 4, 3]);

  it('leaves positions out, as if they were not there', () => {
    const y = array([0, 2, -100, -100], [1, 4]);
    const rest = array([0, 2], [1, 2]);
    const outputOfRest = array([2, 1, 0, 0, 1, 2], [1, 2, 3]);
    for (const metric of [logLoss, perplexity, accuracy, topK] as const) {
      const ignoring = resultOf(metric({ ignoreLabel: -100 }), y, output);
      expect(ignoring, metric.name).to.equal(resultOf(metric(), rest, outputOfRest));
    }
  });

  it('is an error where it is not given', () => {
    expect(() => resultOf(perplexity(), array([0, 2, -100, -100], [1, 4]), output)).to.throw('a label in y is -100');
  });
});
