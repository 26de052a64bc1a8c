import { expect } from 'chai';
import type { TableAnswer, TableQuery, TableRow } from '../../../protocol/table.js';
import type { Lines } from './list-lines.js';
import { runsBetween } from './runs-between.js';

const query = { where: '', sort: '', columns: '', group: null };
const rowAt = (at: number) => ({ id: `results/a/${at}` }) as TableRow;

describe('runs between two lines', () => {
  it('are those loaded, and the others asked for in windows', async () => {
    const asked: TableQuery[] = [];
    const source = {
      table: async (wanted: TableQuery) => {
        asked.push(wanted);
        const rows = Array.from({ length: wanted.limit }, (_, at) => rowAt(wanted.offset + at));
        return { rows, groups: null } as unknown as TableAnswer;
      },
    };
    const lines: Lines = {
      count: 2_000,
      at: (line) => (line < 10 ? { kind: 'run', row: rowAt(line), isInGroup: false } : undefined),
      rowOf: (line) => line,
    };
    const ids = await runsBetween(lines, 1_200, 5, source, query);
    expect(ids).to.deep.equal(Array.from({ length: 1_196 }, (_, at) => `results/a/${at + 5}`));
    expect(asked.map(({ offset, limit }) => [offset, limit])).to.deep.equal([
      [10, 500],
      [510, 500],
      [1_010, 191],
    ]);
  });
});
