import { expect } from 'chai';
import { lineCount, placeOfLine } from './flat-rows.js';

it('lines of a grouped table are its groups, and the runs of expanded ones below them', () => {
  const expansions = [
    { at: 0, lines: 2 },
    { at: 2, lines: 1 },
    { at: 3, lines: 0 },
  ];
  const lines = Array.from({ length: lineCount(5, expansions) }, (_, line) => {
    const { group, run } = placeOfLine(line, expansions);
    return run === undefined ? String(group) : `${group}.${run}`;
  });
  expect(lines).to.deep.equal(['0', '0.0', '0.1', '1', '2', '2.0', '3', '4']);
});
