import type { Stats } from '@forge-ml/core';
import type { ListedRun } from '../data/list-runs.js';
import type { Colors } from './colors.js';
import { formatDuration, formatNumber } from './numbers.js';
import { printableText } from './printable.js';
import { renderStatus } from './status.js';
import { renderTable } from './table.js';

/** Runs as a table, and under it why damaged and failed ones are what they are. */
export function renderRunList(runs: readonly ListedRun[], colors: Colors): string {
  const table = renderTable(
    runs,
    [
      { title: 'RUN', cell: ({ experiment, number }) => printableText(`${experiment}/${number}`) },
      { title: 'STATUS', cell: ({ status }) => renderStatus(status, colors) },
      { title: 'STEP', align: 'right', cell: ({ step }) => (step === null ? '' : String(step)) },
      { title: 'TRAIN', cell: ({ metrics }) => headline(metrics.train) },
      { title: 'VALID', cell: ({ metrics }) => headline(metrics.valid) },
      { title: 'STARTED', cell: ({ started }) => (started === null ? '' : printableText(localTime(started))) },
      { title: 'TIME', align: 'right', cell: ({ seconds }) => (seconds === null ? '' : formatDuration(seconds)) },
      {
        title: 'ENGINE',
        cell: ({ backend, engine }) => (backend === null ? '' : printableText(`${backend} ${engine}`)),
      },
    ],
    colors.dim,
  );
  const reasons = runs
    .filter(({ status, reason }) => reason !== null && (status === 'failed' || status === 'damaged'))
    .map(({ experiment, number, status, reason }) => {
      return `${printableText(`${experiment}/${number}`)}  ${colors.red(status)}  ${printableText(reason!)}`;
    });
  return reasons.length === 0 ? table : [table, '', ...reasons].join('\n');
}

/** Loss, and the first other number: what fits a table. */
function headline(stats: Stats | undefined): string {
  const names = Object.keys(stats ?? {}).sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
  const shown = names.slice(0, 2).map((name) => `${name} ${formatNumber(Number(stats![name]))}`);
  return printableText(shown.join(' '));
}

/** `2025-03-09 14:05`, where the person is. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
