import { expect } from 'chai';
import type { TableColumn } from '../../../protocol/table.js';
import { columnChoices, displayColumns, pinnedFirst, splitColumns } from './display-columns.js';

const column = (key: string, more: Partial<TableColumn> = {}): TableColumn => {
  const first = key.split('.')[0]!;
  const kind = first === 'flags' ? 'flag' : first === 'best' || first === 'last' ? first : 'fact';
  return { key, title: key.slice(key.indexOf('.') + 1), kind, direction: null, ...more };
};

describe('columns of the table', () => {
  it('have the last and the best value of a metric together, sorted by the best', () => {
    for (const keys of [
      ['last.valid.auc', 'flags.hidden', 'best.valid.auc'],
      ['best.valid.auc', 'flags.hidden', 'last.valid.auc'],
    ]) {
      const [auc, hidden, ...others] = displayColumns(keys.map((key) => column(key)));
      expect(others).to.deep.equal([]);
      expect(auc).to.include({ name: 'valid.auc', at: keys.indexOf('last.valid.auc'), isMetric: true });
      expect(auc!.bestAt).to.equal(keys.indexOf('best.valid.auc'));
      expect(auc!.field.key).to.equal('best.valid.auc');
      expect(hidden).to.include({ name: 'flags.hidden', title: 'hidden', at: 1, isMetric: false });
    }
  });

  it('leave out what every row shows', () => {
    expect(
      displayColumns([column('status'), column('created'), column('engine')]).map(({ name }) => name),
    ).to.deep.equal(['engine']);
  });

  it('are one line where all runs are the same, but not for a single run', () => {
    const columns = displayColumns([
      column('flags.lr', { equal: 0.1 }),
      column('flags.hidden'),
      column('flags.x', { equal: null }),
    ]);
    expect(splitColumns(columns, 5).same.map(({ name }) => name)).to.deep.equal(['flags.lr', 'flags.x']);
    expect(splitColumns(columns, 5).shown.map(({ name }) => name)).to.deep.equal(['flags.hidden']);
    expect(splitColumns(columns, 1).same).to.deep.equal([]);
  });

  it('are not the same if only the last value of a metric is', () => {
    const columns = displayColumns([column('last.valid.auc', { equal: 1 }), column('best.valid.auc')]);
    expect(splitColumns(columns, 5).same).to.deep.equal([]);
  });

  it('are pinned in the order of pinning; unknown names are ignored', () => {
    const columns = displayColumns(['flags.a', 'flags.b', 'flags.c'].map((key) => column(key)));
    const order = pinnedFirst(columns, ['flags.c', 'flags.gone', 'flags.b']);
    expect(order.map(({ column: { title }, isPinned }) => [title, isPinned])).to.deep.equal([
      ['c', true],
      ['b', true],
      ['a', false],
    ]);
  });

  it('are chosen by metric and flag', () => {
    const choices = columnChoices(['flags.a', 'best.valid.auc', 'last.valid.auc', 'status'].map((key) => column(key)));
    expect(choices.map(({ name, keys }) => [name, keys])).to.deep.equal([
      ['flags.a', ['flags.a']],
      ['valid.auc', ['best.valid.auc', 'last.valid.auc']],
    ]);
  });
});
