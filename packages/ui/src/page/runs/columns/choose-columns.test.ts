import { expect } from 'chai';
import { foundChoices, keysOfColumns, withColumn, withMoved, withPin } from './choose-columns.js';

const start = { names: ['a', 'b', 'c'], pinned: ['b'] };
const choices = [
  { name: 'valid.auc', title: 'valid.auc', isMetric: true, keys: ['best.valid.auc', 'last.valid.auc'] },
  { name: 'flags.hidden', title: 'hidden', isMetric: false, keys: ['flags.hidden'] },
];

describe('choosing columns', () => {
  it('adds at the end and removes, also the pin', () => {
    expect(withColumn(start, 'd', true)).to.deep.equal({ names: ['a', 'b', 'c', 'd'], pinned: ['b'] });
    expect(withColumn(start, 'b', true)).to.deep.equal(start);
    expect(withColumn(start, 'b', false)).to.deep.equal({ names: ['a', 'c'], pinned: [] });
  });

  it('moves by one place, not over the ends', () => {
    expect(withMoved(start, 'c', -1).names).to.deep.equal(['a', 'c', 'b']);
    expect(withMoved(start, 'a', 1).names).to.deep.equal(['b', 'a', 'c']);
    expect(withMoved(start, 'a', -1)).to.deep.equal(start);
    expect(withMoved(start, 'c', 1)).to.deep.equal(start);
  });

  it('pins, in the order of the columns after one is moved', () => {
    const pinned = withPin(start, 'a', true);
    expect(pinned.pinned).to.deep.equal(['b', 'a']);
    expect(withMoved(pinned, 'a', 1).pinned).to.deep.equal(['b', 'a']);
    expect(withMoved(pinned, 'c', -1).pinned).to.deep.equal(['a', 'b']);
    expect(withPin(pinned, 'b', false).pinned).to.deep.equal(['a']);
  });

  it('asks for the last and the best value of a metric', () => {
    const chosen = { names: ['flags.hidden', 'valid.auc', 'gone'], pinned: [] };
    expect(keysOfColumns(chosen, choices)).to.deep.equal(['flags.hidden', 'best.valid.auc', 'last.valid.auc']);
  });

  it('finds by words', () => {
    expect(foundChoices(choices, 'AUC val').map(({ name }) => name)).to.deep.equal(['valid.auc']);
    expect(foundChoices(choices, ' ').length).to.equal(2);
  });
});
