import { expect } from 'chai';
import { isOpen, toggleGroup } from './open-groups.js';
import type { PlotGroup } from './plots.js';

function group(name: string, count: number, isDiagnostic = false): PlotGroup {
  const plots = Array.from({ length: count }, (_, at) => ({ key: `${name}/${at}`, title: '', metrics: [] }));
  return { name, isDiagnostic, plots };
}

describe('groups of plots', () => {
  const few = [group('', 2), group('optimizer', 2), group('system', 3, true)];
  const open = (groups: readonly PlotGroup[], toggled: string | null = null) =>
    groups.filter((each) => isOpen(groups, each, toggled)).map(({ name }) => name);

  it('are open, except those of the machine', () => {
    expect(open(few)).to.deep.equal(['', 'optimizer']);
  });

  it('are closed but for the first where there are many plots', () => {
    expect(open([group('', 2), group('layers', 300)])).to.deep.equal(['']);
  });

  it('are opened and closed by a person', () => {
    const toggled = toggleGroup(toggleGroup(null, 'system'), 'optimizer');
    expect(open(few, toggled)).to.deep.equal(['', 'system']);
    expect(toggleGroup(toggleGroup(toggled, 'system'), 'optimizer')).to.equal(null);
  });

  it('may have any name', () => {
    const odd = [group('', 1), group('a,b%', 1, true)];
    expect(open(odd, toggleGroup(null, 'a,b%'))).to.deep.equal(['', 'a,b%']);
    expect(open(odd, '%')).to.deep.equal(['']);
  });
});
