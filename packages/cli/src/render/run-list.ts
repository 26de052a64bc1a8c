import { printableText } from '@forge-ml/core/text';
import type { ListedRun } from '../actions/list-runs.js';
import type { Colors } from '../terminal/colors.js';
import { formatDuration, formatNumber } from '../terminal/numbers.js';
import { type Column, type FittedTable, fitTable } from '../terminal/table.js';
import { renderStatus } from './status.js';

/**
 * Runs as a table in so many columns, a column for each metric, and under it why damaged and failed ones are what they
 * are.
 */
export function renderRunList(runs: readonly ListedRun[], colors: Colors, width: number): FittedTable {
  const { text, dropped } = fitTable(
    runs,
    [
      { title: 'RUN', cell: ({ experiment, number }) => printableText(`${experiment}/${number}`) },
      { title: 'STATUS', drop: 1, cell: ({ status }) => renderStatus(status, colors) },
      { title: 'STEP', align: 'right', drop: 50, cell: ({ step }) => (step === null ? '' : String(step)) },
      ...metricColumns(runs),
      {
        title: 'STARTED',
        drop: 40,
        cell: ({ started }) => (started === null ? '' : printableText(localTime(started))),
      },
      {
        title: 'TIME',
        align: 'right',
        drop: 60,
        cell: ({ seconds }) => (seconds === null ? '' : formatDuration(seconds)),
      },
      {
        title: 'ENGINE',
        drop: 80,
        cell: ({ backend, engine }) => (backend === null ? '' : printableText(`${backend} ${engine}`)),
      },
    ],
    colors.dim,
    width,
  );
  const reasons = runs
    .filter(({ status, reason }) => reason !== null && (status === 'failed' || status === 'damaged'))
    .map(({ experiment, number, status, reason }) => {
      return `${printableText(`${experiment}/${number}`)}  ${colors.red(status)}  ${printableText(reason!)}`;
    });
  return { text: reasons.length === 0 ? text : [text, '', ...reasons].join('\n'), dropped };
}

/** As many as a person compares at a glance; `runs show` and `--json` have all. */
const mostMetrics = 8;

/** A metric by its address; what was measured on data that the model did not see comes first, and its loss before all. */
function metricColumns(runs: readonly ListedRun[]): Column<ListedRun>[] {
  const found = new Map<string, { readonly split: string; readonly name: string }>();
  for (const { metrics } of runs) {
    for (const [split, stats] of Object.entries(metrics)) {
      for (const name of Object.keys(stats)) found.set(`${split}.${name}`, { split, name });
    }
  }
  const rank = ({ split, name }: { readonly split: string; readonly name: string }) =>
    (split === 'train' ? 2 : split === 'valid' ? 0 : 1) + (name === 'loss' ? 0 : 0.5);
  return [...found]
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .slice(0, mostMetrics)
    .map(([address, { split, name }], place) => ({
      title: printableText(address),
      align: 'right',
      drop: split === 'train' ? 70 : place === 0 ? 0 : 20 + place,
      cell: ({ metrics }) => {
        const value = metrics[split]?.[name];
        return value === undefined ? '' : formatNumber(Number(value));
      },
    }));
}

/** `2025-03-09 14:05`, where the person is. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
