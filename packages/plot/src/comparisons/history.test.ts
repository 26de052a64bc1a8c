import { expect } from 'chai';
import { makeHistory } from './history.js';

const trials = (values: readonly (number | null)[]) =>
  values.map((value, at) => ({ trial: at + 1, name: `search/${at + 1}`, value }));
const metric = { name: 'valid.loss', direction: 'min' } as const;

describe('makeHistory', () => {
  it('has the best so far as steps to the last trial', () => {
    const { best, winner } = makeHistory(trials([5, 7, 3, 3, 4]), metric);
    expect(best).to.deep.equal({ x: [1, 3, 3, 5], y: [5, 5, 3, 3] });
    expect(winner!.trial).to.equal(3);
  });

  it('has the highest so far where that is best, and none without a direction', () => {
    const { best } = makeHistory(trials([5, 7, 3]), { name: 'valid.accuracy', direction: 'max' });
    expect(best).to.deep.equal({ x: [1, 2, 2, 3], y: [5, 5, 7, 7] });
    const unknown = makeHistory(trials([5, 7, 3]), { name: 'valid.score' });
    expect([unknown.best.x, unknown.winner]).to.deep.equal([[], undefined]);
  });

  it('orders trials by number, and counts those without a finite value', () => {
    const shuffled = trials([null, 9, Number.NaN, 2, Number.POSITIVE_INFINITY]).reverse();
    const history = makeHistory(shuffled, metric);
    expect(history.trials.map(({ trial }) => trial)).to.deep.equal([2, 4]);
    expect([history.omitted, history.x.place(5)]).to.deep.equal([3, 1]);
    expect(makeHistory([], metric).trials).to.deep.equal([]);
  });
});
