import { printableText } from '@forge-ml/core/text';
import type { ListedRun } from '../actions/list-runs.js';
import type { Colors } from '../terminal/colors.js';
import { formatDuration, formatNumber } from '../terminal/numbers.js';
import { type Column, type FittedTable, fitTable } from '../terminal/table.js';
import { renderStatus } from './status.js';

/**
 * A table of runs that fits a width in terminal columns, with a column for each metric. Below it are the reasons of
 * damaged and failed runs.
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

/** Metrics in the table; `runs show` and `--json` list all. */
const mostMetrics = 8;

/** Metrics by address: held-out splits before the training split, and each loss before other metrics. */
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

/** `2025-03-09 14:05` in local time. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
