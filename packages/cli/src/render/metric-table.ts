import type { MetricTable } from '@forge-ml/core';
import { formatNumber, printableText } from '@forge-ml/core/text';
import type { Colors } from '../terminal/colors.js';
import { fitTable } from '../terminal/table.js';

/** A confusion matrix with its name, within a width in terminal columns. */
export function renderMetricTable(name: string, table: MetricTable, colors: Colors, width: number): string {
  const { axes, rows, columns, values } = table;
  const [rowAxis, columnAxis] = axes.map(printableText);
  const { text, dropped } = fitTable(
    rows.map((title, row) => ({ title, row })),
    [
      { title: `${rowAxis} \\ ${columnAxis}`, cell: ({ title }) => printableText(title) },
      ...columns.map((title, column) => ({
        title: printableText(title),
        align: 'right' as const,
        cell: ({ row }: { readonly row: number }) => formatCell(values[row]![column]!),
        drop: column,
      })),
    ],
    colors.dim,
    width,
  );
  const count = `${dropped.length} more ${dropped.length === 1 ? 'column' : 'columns'}`;
  const more = dropped.length === 0 ? '' : `\n${colors.dim(`${count}: --json`)}`;
  return `${colors.bold(printableText(name))}\n${text}${more}`;
}

/** Counts in full. */
function formatCell(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : formatNumber(value);
}
