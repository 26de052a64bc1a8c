import { expect } from 'chai';
import { compareModel } from './compare-model.js';
import { threeRuns } from './comparison.test.support.js';

const all = new Set(threeRuns.runs.map(({ id }) => id));
const model = (query = '', within: ReadonlySet<string> = all) =>
  compareModel(threeRuns, new URLSearchParams(query), within);

describe('a comparison', () => {
  it('starts with what most runs have', () => {
    const { metric, chosenPlots, chosenSplits, hasRepeats, isGrouped, shown } = model();
    expect(metric?.address).to.equal('valid.auc');
    expect(chosenPlots.map(({ key }) => key)).to.deep.equal(['loss', 'auc']);
    expect(chosenSplits).to.have.members(['valid', 'train']);
    expect([hasRepeats, isGrouped, shown.size]).to.deep.equal([true, false, 3]);
  });

  it('has what its address says, and ignores what is not there', () => {
    const { metric, chosenPlots, chosenSplits } = model('by=valid.loss&metrics=loss,moon&splits=train');
    expect(metric?.address).to.equal('valid.loss');
    expect(chosenPlots.map(({ key }) => key)).to.deep.equal(['loss']);
    expect(chosenSplits).to.deep.equal(['train']);
    const other = model('by=moon&metrics=moon&splits=moon');
    expect(other.metric?.address).to.equal('valid.auc');
    expect(other.chosenPlots).to.have.length(2);
  });

  it('shows neither hidden runs nor those outside of a chosen range', () => {
    const { shown, legend } = model('hidden=results/churn/1', new Set(['results/churn/1', 'results/churn/3']));
    expect([...shown]).to.deep.equal(['results/churn/3']);
    expect(legend.map(({ isShown }) => isShown)).to.deep.equal([false, true, true]);
  });

  it('groups repeats under one color, with single seeds on demand', () => {
    const grouped = model('group=seed');
    expect(grouped.legend.map(({ label, runs, isOpen }) => [label, runs.length, isOpen])).to.deep.equal([
      ['hidden 64', 2, false],
      ['churn/3', 1, undefined],
    ]);
    expect(grouped.looks[0]!.color).to.equal(grouped.looks[1]!.color);
    const open = model('group=seed&seeds=results/churn/1');
    expect(open.legend.map(({ label, isSeed }) => [label, isSeed])).to.deep.equal([
      ['hidden 64', false],
      ['churn/1', true],
      ['churn/2', true],
      ['churn/3', false],
    ]);
  });

  it('shows a color of its own for each run without groups', () => {
    expect(new Set(model().looks.map(({ color }) => color)).size).to.equal(3);
  });
});
