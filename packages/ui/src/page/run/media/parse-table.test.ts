import { expect } from 'chai';
import { parseTable } from './parse-table.js';

it('parseTable reads a table, and refuses what is none', () => {
  const table = {
    columns: ['a', 'b'],
    rows: [
      [1, 'x'],
      [null, true],
    ],
  };
  expect(parseTable(JSON.stringify({ ...table, more: 1 }))).to.deep.equal(table);
  for (const json of [
    '',
    'null',
    '{}',
    '{"columns":[1],"rows":[]}',
    '{"columns":[],"rows":[1]}',
    '{"columns":[],"rows":[[{}]]}',
  ]) {
    expect(parseTable(json), json).to.equal(undefined);
  }
});
