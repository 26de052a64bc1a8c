import type { ParameterRow, ParameterTable, ParameterTotal } from '@forge-ml/core';
import { formatBytes, formatCount, printable } from '@forge-ml/core/text';
import type { Colors } from '../terminal/colors.js';
import { fitTable } from '../terminal/table.js';
import { wrapParts } from '../terminal/wrap.js';

/** The rows shown of a long table, from its beginning and its end. */
const [firstRows, lastRows] = [5, 3];

/**
 * The parameters of a model: name, type and shape, count, whether training changes them, bytes; and their sums.
 * @param all whether to show every row of a long table
 */
export function renderParameters(parameters: ParameterTable, colors: Colors, columns: number, all = false): string {
  const { rows, trained, frozen, total } = printable(parameters);
  const omitted = all ? 0 : rows.length - firstRows - lastRows;
  const shown = omitted > 1 ? [...rows.slice(0, firstRows), ...rows.slice(-lastRows)] : rows;
  const { text } = fitTable<ParameterRow>(
    shown,
    [
      { title: 'PARAMETER', cell: ({ name }) => name },
      { title: 'SHAPE', cell: ({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`, drop: 1 },
      { title: 'COUNT', align: 'right', cell: ({ count }) => formatCount(count) },
      { title: '', cell: ({ trainable }) => (trainable ? 'trained' : 'frozen'), drop: 2 },
      { title: 'SIZE', align: 'right', cell: ({ bytes }) => formatBytes(bytes), drop: 3 },
    ],
    colors.dim,
    columns,
  );
  const lines = rows.length === 0 ? [] : text.split('\n');
  if (omitted > 1) lines.splice(1 + firstRows, 0, colors.dim(`… ${omitted} more (--dry-run lists all)`));
  const sums = [
    `${formatCount(total.count)} in ${total.tensors} tensors`,
    formatBytes(total.bytes),
    ...(frozen.tensors === 0 ? [] : [share('trained', trained, total), share('frozen', frozen, total)]),
  ];
  return [...lines, wrapParts(colors.dim('parameters'), sums, columns)].join('\n');
}

function share(name: string, { count }: ParameterTotal, total: ParameterTotal): string {
  const percent = (100 * count) / Math.max(1, total.count);
  return `${name} ${formatCount(count)} (${percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)} %)`;
}
