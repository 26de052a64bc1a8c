import { expect } from 'chai';
import type { TableRow } from '../../../protocol/table.js';
import { findLine, lineName } from './keep-place.js';
import type { Lines } from './list-lines.js';

const linesOf = (ids: readonly (string | undefined)[]): Lines => ({
  count: ids.length,
  at: (line) => {
    const id = ids[line];
    return id === undefined ? undefined : { kind: 'run', row: { id } as TableRow, isInGroup: false };
  },
  rowOf: (line) => line,
});

describe('the place in a list that changes', () => {
  it('is found again where new runs came above it, or some are gone', () => {
    const before = linesOf(['c', 'b', 'a']);
    expect(findLine(linesOf(['e', 'd', 'c', 'b', 'a']), lineName(before, 1)!, 1)).to.equal(3);
    expect(findLine(linesOf(['b', 'a']), lineName(before, 1)!, 1)).to.equal(0);
    expect(findLine(before, 'b', 1)).to.equal(1);
  });

  it('is unknown if the run is gone, or not loaded', () => {
    expect(findLine(linesOf(['c', undefined, 'a']), 'b', 1)).to.equal(undefined);
  });
});
