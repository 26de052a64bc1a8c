import { formatBytes, printableText } from '@forge-ml/core/text';
import { type ListedTrash, type TrashContent, totalBytes } from '../../actions/list-trash.js';
import type { Colors } from '../../terminal/colors.js';
import { type FittedTable, fitTable } from '../../terminal/table.js';
import { wrapWords } from '../../terminal/wrap.js';
import { localTime } from './run-cell.js';

/** A table of removed runs, and below it their number and size. */
export function renderTrash({ runs, purging }: TrashContent, colors: Colors, width: number): FittedTable {
  const { text, dropped } = fitTable(
    runs,
    [
      { title: 'RUN', cell: ({ experiment, number }) => printableText(`${experiment}/${number}`) },
      { title: 'NAME', drop: 3, cell: ({ name }) => printableText(name) },
      { title: 'SIZE', drop: 1, align: 'right', cell: ({ bytes }) => (bytes === null ? '?' : formatBytes(bytes)) },
      { title: 'REMOVED', drop: 2, cell: ({ removed }) => printableText(localTime(removed)) },
    ],
    colors.dim,
    width,
  );
  const rest = purging.length === 0 ? [] : [`${folders(purging.length)}: the next forge runs purge deletes the rest.`];
  const summary = runs.length === 0 ? 'The trash is empty.' : `${countOfRuns(runs)}.`;
  const next = 'forge runs restore RUN restores one, forge runs purge deletes all.';
  const below = [summary, ...rest, ...(runs.length === 0 ? [] : [next])].map((line) => wrapWords(line, width));
  return { text: [...(runs.length === 0 ? [] : [text, '']), ...below].join('\n'), dropped };
}

/** `3 runs, 2.10 GB` */
export function countOfRuns(runs: readonly Pick<ListedTrash, 'bytes'>[]): string {
  return `${runs.length === 1 ? '1 run' : `${runs.length} runs`}, ${formatBytes(totalBytes(runs))}`;
}

function folders(count: number): string {
  return count === 1 ? '1 folder is half deleted' : `${count} folders are half deleted`;
}
