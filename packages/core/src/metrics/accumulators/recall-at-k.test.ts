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

describe('recallAtK of embeddings', () => {
  const options = { queries: 'anchors', candidates: 'positives' } as const;
  const batchOf = (anchors: readonly number[], positives: readonly number[]) => ({
    anchors: array(anchors, [anchors.length / 2, 2]),
    positives: array(positives, [positives.length / 2, 2]),
  });
  const first = batchOf([1, 0, 0, 1], [5, 1, 1, 9]);
  // The first is nearest to the candidate of another batch, and to its own by dot products.
  const second = batchOf([0, 2, 3, 3], [9, 9, 1, 1]);

  const recallOf = (metric: MergingAccumulator<unknown>, ...batches: readonly object[]) => {
    const state = metric.start();
    for (const outputs of batches) metric.add(state, {}, outputs as never, context);
    return metric.result(metric.fromJson(JSON.parse(JSON.stringify(metric.toJson(state)))));
  };

  it('compares each query with all candidates of the split, however it is divided into batches', () => {
    expect(recallOf(recallAtK({ k: 1, ...options }), first)).to.equal(1);
    expect(recallOf(recallAtK({ k: 1, ...options }), first, second)).to.equal(3 / 4);
    expect(recallOf(recallAtK({ k: 3, ...options }), first, second)).to.equal(1);
    const whole = batchOf([1, 0, 0, 1, 0, 2, 3, 3], [5, 1, 1, 9, 9, 9, 1, 1]);
    expect(recallOf(recallAtK({ k: 1, ...options }), whole)).to.equal(3 / 4);
    // By dot products, the longest candidate [9, 9] is first or equal.
    expect(recallOf(recallAtK({ k: 1, similarity: 'dot', ...options }), whole)).to.equal(1 / 4);
  });

  it('merges states, and is NaN for no examples and for NaN', () => {
    const metric = recallAtK({ k: 1, ...options });
    const [one, other] = [metric.start(), metric.start()];
    metric.add(one, {}, first as never, context);
    metric.add(other, {}, second as never, context);
    metric.merge(one, other);
    expect(metric.result(one)).to.equal(3 / 4);
    expect(metric.result(metric.start())).to.be.NaN;
    expect(recallOf(metric, batchOf([Number.NaN, 0], [1, 1]))).to.be.NaN;
  });

  it('names an option that is missing, an output that is not there, and other shapes', () => {
    expect(() => recallAtK({ queries: 'anchors' })).to.throw('candidates is not the name of an output');
    expect(() => recallAtK({ ...options, label: 'y' })).to.throw('label is not for queries');
    expect(() => recallAtK({ similarity: 'dot' })).to.throw('similarity needs queries');
    expect(() => recallOf(recallAtK({ ...options, queries: 'x' }), first)).to.throw('the model has no "x"');
    const uneven = { anchors: array([1, 2], [1, 2]), positives: array([1, 2, 3], [1, 3]) };
    expect(() => recallOf(recallAtK(options), uneven)).to.throw('the output anchors is');
  });

  it('keeps no more in a checkpoint than fits there', () => {
    const metric = recallAtK(options);
    const state = metric.start();
    const many = batchOf(new Array(2 ** 18 + 2).fill(1), new Array(2 ** 18 + 2).fill(1));
    metric.add(state, {}, many as never, { ...context, saved: true });
    expect(metric.result(state)).to.be.NaN;
    expect(JSON.stringify(metric.toJson(state)).length).to.be.lessThan(200);
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
