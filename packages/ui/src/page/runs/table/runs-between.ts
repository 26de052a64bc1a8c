import type { RunId } from '../../../protocol/overview.js';
import type { Source } from '../../source/source.js';
import type { Line, Lines } from './list-lines.js';
import type { RowsQuery } from './table-data.js';

/** The most rows of one request. */
const most = 500;

/** The runs of a line: one, or those of a group. */
export function idsOf(line: NonNullable<Line>): readonly RunId[] {
  return line.kind === 'run' ? [line.row.id] : line.group.ids;
}

/** The runs of the lines from one up to another, both included. Lines that are not loaded are asked for. */
export async function runsBetween(
  lines: Lines,
  from: number,
  to: number,
  source: Pick<Source, 'table'>,
  query: RowsQuery,
): Promise<RunId[]> {
  const [first, last] = from < to ? [from, to] : [to, from];
  const runs: RunId[] = [];
  for (let line = first; line <= last; line++) {
    const found = lines.at(line);
    if (found !== undefined) {
      runs.push(...idsOf(found));
      continue;
    }
    const offset = lines.rowOf(line);
    const { rows, groups } = await source.table({ ...query, offset, limit: Math.min(most, last - line + 1) });
    const answered = groups?.map(({ ids }) => ids) ?? rows.map(({ id }) => [id]);
    if (answered.length === 0) break;
    runs.push(...answered.flat());
    line += answered.length - 1;
  }
  return runs;
}
