import { expect } from 'chai';
import { renderColumns, wrapList, wrapText } from './columns.js';

const rows = [
  ['encoder.query', '2 × [32, 32]', '1,024 numbers'],
  ['encoder.key', '2 × [32, 32]', '1,024 numbers'],
];

describe('columns of a terminal', () => {
  it('are aligned where they fit, and continue below where they do not', () => {
    expect(renderColumns(rows, '  ', 80).split('\n')).to.deep.equal([
      '  encoder.query  2 × [32, 32]  1,024 numbers',
      '  encoder.key    2 × [32, 32]  1,024 numbers',
    ]);
    expect(renderColumns(rows, '  ', 30).split('\n')).to.deep.equal([
      '  encoder.query  2 × [32, 32]',
      '      1,024 numbers',
      '  encoder.key  2 × [32, 32]',
      '      1,024 numbers',
    ]);
  });

  it('lists and sentences have lines of at most the width, but for longer names', () => {
    const list = wrapList(['MatMul 16', 'Reshape 12', 'Add 20'], '    ', 26);
    expect(list).to.equal('    MatMul 16, Reshape 12,\n    Add 20');
    expect(wrapText('trains all of a_very_long_name_of_a_layer', '  ', 20)).to.equal(
      '  trains all of\n  a_very_long_name_of_a_layer',
    );
  });
});
