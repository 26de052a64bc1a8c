import type { Source } from '../source/source.js';
import { GroupRuns } from './table/group-runs.js';
import { TableData } from './table/table-data.js';
import { TrendData } from './trends/trend-data.js';

interface ListData {
  readonly table: TableData;
  readonly groupRuns: GroupRuns;
  readonly trends: TrendData;
}

const known = new WeakMap<Source, ListData>();

/** The rows of a source. They outlive the view: Back shows them at once. */
export function listDataOf(source: Source): ListData {
  const data = known.get(source) ?? {
    table: new TableData(source),
    groupRuns: new GroupRuns(source),
    trends: new TrendData(source),
  };
  known.set(source, data);
  return data;
}
