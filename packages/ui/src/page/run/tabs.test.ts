import { expect } from 'chai';
import type { RunView } from '../../protocol/run-view.js';
import { tabByKey, tabOf, tabsOf } from './tabs.js';

const version = { number: 0, from: 0, files: [], missing: [] };
const run = {
  status: 'completed',
  ...{ checkpoints: [], parameters: [], media: 0, log: null },
  environment: [{ title: 'Host', facts: [] }],
  code: { versions: [version], hasDiff: false },
} as unknown as RunView;

describe('tabs of a run', () => {
  const names = (of: RunView) => tabsOf(of).map(({ name }) => name);

  it('are those with content', () => {
    expect(names(run)).to.deep.equal(['checkpoints', 'code', 'environment']);
    expect(names({ ...run, log: 0, media: 2 })).to.deep.equal(['checkpoints', 'log', 'code', 'media', 'environment']);
  });

  it('include those whose content may come while it trains', () => {
    expect(names({ ...run, status: 'running' })).to.include.members(['log', 'media']);
  });

  it('are found by the name in the address, else the first', () => {
    const tabs = tabsOf(run);
    expect(tabOf('code', tabs).name).to.equal('code');
    expect(tabOf('nothing', tabs).name).to.equal('checkpoints');
    expect(tabOf(null, tabs).name).to.equal('checkpoints');
  });

  it('are moved between by keys, around the ends', () => {
    expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'x'].map((key) => tabByKey(key, 0, 3))).to.deep.equal([
      ...[1, 2, 0, 2],
      undefined,
    ]);
  });
});
