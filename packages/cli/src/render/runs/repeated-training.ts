import type { QueriedRun } from '@forge-ml/core/runs';
import { formatNumber, printableText, shellCommand } from '@forge-ml/core/text';
import type { RepeatedTraining, RunStatistics } from '../../actions/repeat-training.js';
import type { Colors } from '../../terminal/colors.js';
import { type FittedTable, fitTable } from '../../terminal/table.js';
import { renderRunList } from './run-list.js';

/** Fields in the tables; `--json` has all. */
const mostFields = 6;

/** The runs of `forge train --repeat` with their main metrics, and below them the statistics of each. */
export function renderRepeated(
  { summary }: Pick<RepeatedTraining, 'summary'>,
  runs: readonly QueriedRun[],
  colors: Colors,
  width: number,
): FittedTable {
  const keys = mainKeys(Object.keys(summary));
  const columns = ['flags.seed', 'status', 'step', ...keys];
  const list = renderRunList(runs, columns, colors, { width, columns });
  if (keys.length === 0) return list;
  const table = renderStatistics(
    keys.map((key) => ({ key, of: summary[key]! })),
    colors,
    width,
  );
  return { text: `${list.text}\n\n${table.text}`, dropped: [...list.dropped, ...table.dropped] };
}

/** Those of the validation split, or where there is none of the training split. */
function mainKeys(keys: readonly string[]): string[] {
  const held = keys.filter((key) => !key.split('.')[1]!.startsWith('train'));
  return (held.length > 0 ? held : keys).slice(0, mostFields);
}

interface Row {
  readonly key: string;
  readonly of: RunStatistics;
}

function renderStatistics(rows: readonly Row[], colors: Colors, width: number): FittedTable {
  const cell = (value: number | null) => (value === null ? '' : formatNumber(value));
  return fitTable<Row>(
    rows,
    [
      { title: '', cell: ({ key }) => printableText(key.replace(/^last\./, '')) },
      { title: 'RUNS', align: 'right', drop: 4, cell: ({ of }) => String(of.count) },
      { title: 'MEDIAN', align: 'right', drop: 2, cell: ({ of }) => cell(of.median) },
      { title: 'MEAN ± SD', align: 'right', cell: ({ of }) => renderMean(of) },
      { title: 'MIN', align: 'right', drop: 3, cell: ({ of }) => cell(of.min) },
      { title: 'MAX', align: 'right', drop: 3, cell: ({ of }) => cell(of.max) },
    ],
    colors.dim,
    width,
  );
}

/** `0.1234 ± 0.0012` */
export function renderMean({ mean, standardDeviation }: Pick<RunStatistics, 'mean' | 'standardDeviation'>): string {
  if (mean === null) return '';
  return standardDeviation === null ? formatNumber(mean) : `${formatNumber(mean)} ± ${formatNumber(standardDeviation)}`;
}

/** Which seeds were not trained, and the command that trains them; empty if there are none. */
export function renderSeedsLeft([first, ...others]: readonly number[], words: readonly string[]): string {
  if (first === undefined) return '';
  const seeds =
    others.length === 0
      ? `Seed ${first} was`
      : `Seeds ${first} ${others.length === 1 ? 'and' : 'to'} ${others.at(-1)} were`;
  const repeat = others.length === 0 ? [] : ['--repeat', String(others.length + 1)];
  const command = ['forge', 'train', ...words, '--seed', String(first), ...repeat];
  return `${seeds} not trained. To train ${others.length === 0 ? 'it' : 'them'}: ${shellCommand(command)}`;
}
