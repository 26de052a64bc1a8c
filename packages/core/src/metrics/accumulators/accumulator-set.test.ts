import { expect } from 'chai';
import { AccumulatorSet, type NamedAccumulators } from './accumulator-set.js';
import { rocAuc } from './area.js';
import { batchOf, outputsOf } from './batches.test.support.js';
import type { MetricAccumulator } from './parts/accumulator.js';
import { f1 } from './precision-recall.js';

const own: MetricAccumulator<{ seen: number[] }> = {
  start: () => ({ seen: [] }),
  add: ({ seen }, { y }) => void seen.push(...y!.data),
  result: ({ seen }) => seen.length,
};

describe('AccumulatorSet', () => {
  it('has a state that later batches do not change: it is saved while steps continue', () => {
    const accumulators = new Map(Object.entries({ f1: f1(), auc: rocAuc(), own })) as NamedAccumulators;
    const set = new AccumulatorSet(accumulators, { labels: ['y'], saved: true });
    const rows = [0.5, -1, 2, 0.1].map((output, at) => ({ y: at % 2, output }));
    const add = () => set.add(batchOf(rows), outputsOf(rows));
    add();
    const { state } = set;
    const before = JSON.stringify(state);
    add();
    expect(JSON.stringify(state)).to.equal(before);
    expect(JSON.stringify(set.state)).to.not.equal(before);
  });
});
