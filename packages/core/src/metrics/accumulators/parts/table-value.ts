import type { TableValue } from '../../media-value.js';
import type { MetricTable } from './accumulator.js';

/** A metric's table as a run logs it: the rows' titles are its first column. */
export function tableValue({ axes, rows, columns, values }: MetricTable): TableValue {
  return {
    kind: 'table',
    columns: [axes.join(' \\ '), ...columns],
    rows: rows.map((title, row) => [title, ...values[row]!]),
  };
}
