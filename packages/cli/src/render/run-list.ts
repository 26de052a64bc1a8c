import { isLearningRate } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import type { RunRow } from '../actions/list-runs.js';
import type { Colors } from '../terminal/colors.js';
import { type Column, type FittedTable, fitTable } from '../terminal/table.js';
import { cellOf, titleOf } from './run-cell.js';
import { renderStatus } from './status.js';

export interface RunListOptions {
  /** The width in terminal columns. */
  readonly width: number;
  /** Keys of the fields to show. Default: those that say most. */
  readonly columns?: readonly string[] | undefined;
  /** Keys that the runs are sorted by: always shown. */
  readonly sorted?: readonly string[];
}

/**
 * A table of runs that fits a width: by default with a column for each metric and each flag that differs. Below it are
 * the reasons of damaged and failed runs.
 */
export function renderRunList(runs: readonly RunRow[], colors: Colors, options: RunListOptions): FittedTable {
  const { width, columns, sorted = [] } = options;
  const name: Column<RunRow> = { title: 'RUN', cell: ({ listed }) => nameOf(listed) };
  const others =
    columns === undefined
      ? defaultColumns(runs, sorted, colors)
      : // The last one that was asked for is dropped first.
        columns.map((key, place) => fieldColumn(key, colors, place === 0 ? undefined : place));
  const { text, dropped } = fitTable(runs, [name, ...others], colors.dim, width);
  const reasons = runs
    .map(({ listed }) => listed)
    .filter(({ status, reason }) => reason !== null && (status === 'failed' || status === 'damaged'))
    .map((run) => `${nameOf(run)}  ${colors.red(run.status)}  ${printableText(run.reason!)}`);
  return { text: reasons.length === 0 ? text : [text, '', ...reasons].join('\n'), dropped };
}

function nameOf({ experiment, number }: { readonly experiment: string; readonly number: number }): string {
  return printableText(`${experiment}/${number}`);
}

function fieldColumn(key: string, colors: Colors, drop?: number): Column<RunRow> {
  const priority = drop === undefined ? {} : { drop };
  if (key === 'status') {
    return { title: 'STATUS', ...priority, cell: ({ listed }) => renderStatus(listed.status, colors) };
  }
  return {
    title: titleOf(key),
    align: isText(key) ? 'left' : 'right',
    ...priority,
    cell: ({ values }) => cellOf(key, values.get(key)),
  };
}

const texts = /^(experiment|created|backend|engine|reason|tag|name|note|host|git\..*)$/;

function isText(key: string): boolean {
  return texts.test(key);
}

/** Columns by importance, which is how late they are dropped: what is sorted by, metrics, flags that differ, the rest. */
function defaultColumns(runs: readonly RunRow[], sorted: readonly string[], colors: Colors): Column<RunRow>[] {
  const shown = sorted.filter((key) => !ownColumns.has(key));
  const without = (key: string) => !sorted.includes(key);
  const engine = ({ listed: { backend, engine } }: RunRow) => (backend === null ? '' : `${backend} ${engine}`);
  const dropOf = (key: string, drop: number) => (without(key) ? drop : undefined);
  return [
    fieldColumn('status', colors, dropOf('status', 1)),
    ...shown.map((key) => fieldColumn(key, colors)),
    fieldColumn('step', colors, dropOf('step', 50)),
    ...metricKeys(runs)
      .filter(without)
      .map((key, place) =>
        fieldColumn(
          key,
          colors,
          key.startsWith('last.train.') ? 70 : place === 0 && shown.length === 0 ? 0 : 20 + place,
        ),
      ),
    ...differingFlags(runs)
      .filter(without)
      .map((key, place) => fieldColumn(key, colors, 30 + place / 100)),
    fieldColumn('tag', colors, 35),
    fieldColumn('created', colors, dropOf('created', 40)),
    fieldColumn('duration', colors, dropOf('duration', 60)),
    { title: 'ENGINE', drop: 80, cell: (row) => printableText(engine(row)) },
  ];
}

/** What has a column in any case. */
const ownColumns = new Set(['status', 'step', 'tag', 'created', 'duration', 'experiment', 'number']);

/** Metrics in the table; `runs show` and `--json` list all. */
const mostMetrics = 8;
/** Flags in the table. */
const mostFlags = 8;

/** Splits that say how a run went, not what it reached. */
const notResults = ['system', 'gradients'];

/** Last values by key: held-out splits before the training split, and each loss before other metrics. */
function metricKeys(runs: readonly RunRow[]): string[] {
  const found = new Map<string, number>();
  for (const { listed } of runs) {
    for (const [split, stats] of Object.entries(listed.metrics)) {
      if (notResults.includes(split)) continue;
      const rank = split === 'train' ? 2 : split === 'valid' ? 0 : 1;
      for (const name of Object.keys(stats).filter((name) => !isLearningRate(name)))
        found.set(`last.${split}.${name}`, rank + (name === 'loss' ? 0 : 0.5));
    }
  }
  return [...found]
    .sort(([, a], [, b]) => a - b)
    .slice(0, mostMetrics)
    .map(([key]) => key);
}

/** Flags that say where a run is, not how it was trained. */
const placeFlags = ['flags.runName', 'flags.resultsDir'];

/** Flags with more than one value among the runs that have them. */
export function differingFlags(runs: readonly Pick<RunRow, 'values'>[]): string[] {
  const values = new Map<string, Set<unknown>>();
  for (const run of runs) {
    for (const [key, value] of run.values) {
      if (!key.startsWith('flags.') || placeFlags.includes(key)) continue;
      const seen = values.get(key);
      if (seen === undefined) values.set(key, new Set([value]));
      else seen.add(value);
    }
  }
  return [...values]
    .filter(([, seen]) => seen.size > 1)
    .map(([key]) => key)
    .slice(0, mostFlags);
}
