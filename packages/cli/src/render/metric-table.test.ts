import { expect } from 'chai';
import picocolors from 'picocolors';
import { renderMetricTable } from './metric-table.js';

const colors = picocolors.createColors(false);

describe('renderMetricTable', () => {
  const classes = ['cat', 'dog', '\x1b[31mhare'];
  const table = {
    axes: ['true', 'predicted'] as const,
    rows: classes,
    columns: classes,
    values: [
      [12, 0, 1],
      [3, 1_234_567, 0],
      [0, 0, 0.5],
    ],
  };

  it('aligns the cells, and shows counts in full', () => {
    expect(renderMetricTable('matrix', table, colors, 80)).to.equal(
      [
        'matrix',
        'true \\ predicted  cat      dog  \\x1b[31mhare',
        'cat                12        0             1',
        'dog                 3  1234567             0',
        '\\x1b[31mhare        0        0        0.5000',
      ].join('\n'),
    );
  });

  it('drops columns that do not fit, and says so', () => {
    const text = renderMetricTable('matrix', table, colors, 40);
    expect(text.split('\n')).to.have.length(6);
    expect(text).to.match(/\n1 more column: --json$/);
    for (const line of text.split('\n')) expect(line.length).to.be.at.most(40);
  });
});
