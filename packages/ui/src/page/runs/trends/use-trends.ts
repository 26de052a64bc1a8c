import type { RunId } from '../../../protocol/overview.js';
import type { Lines } from '../table/list-lines.js';
import type { RowRange } from '../table/row-window.js';
import type { TableView } from '../table/table-data.js';
import type { TrendLine } from './trends.js';

interface Trends {
  readonly of: (run: RunId) => TrendLine | undefined;
  readonly show: (lines: Lines, range: RowRange) => void;
}

/** The small curves of the runs on screen. */
export function useTrends(_view: TableView | undefined): Trends {
  return { of: () => undefined, show: () => undefined };
}
