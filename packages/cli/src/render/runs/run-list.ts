import { type FieldValue, isLearningRate, type QueriedRun } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import type { ListedRun } from '../../actions/listed-run.js';
import type { Colors } from '../../terminal/colors.js';
import { type Column, type FittedTable, fitTable } from '../../terminal/table.js';
import { renderStatus } from '../status.js';
import { cellOf, titleOf } from './run-cell.js';

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
 * @param keys of the fields that the runs may have
 */
export function renderRunList(
  runs: readonly QueriedRun[],
  keys: readonly string[],
  colors: Colors,
  options: RunListOptions,
): FittedTable {
  const { width, columns, sorted = [] } = options;
  const name: Column<QueriedRun> = { title: 'RUN', cell: nameOf };
  const others =
    columns === undefined
      ? defaultColumns(runs, keys, sorted, colors)
      : // The last one that was asked for is dropped first.
        columns.map((key, place) => fieldColumn(key, colors, place === 0 ? undefined : place));
  const { text, dropped } = fitTable(runs, [name, ...others], colors.dim, width);
  const reasons = runs.flatMap((run) => {
    const [status, reason] = [statusOf(run), run.get('reason')];
    if (reason === undefined || (status !== 'failed' && status !== 'damaged')) return [];
    return [`${nameOf(run)}  ${colors.red(status)}  ${printableText(String(reason))}`];
  });
  return { text: reasons.length === 0 ? text : [text, '', ...reasons].join('\n'), dropped };
}

function nameOf(run: QueriedRun): string {
  return printableText(`${run.get('experiment')}/${run.get('number')}`);
}

function statusOf(run: QueriedRun): ListedRun['status'] {
  return run.get('status') as ListedRun['status'];
}

function fieldColumn(key: string, colors: Colors, drop?: number): Column<QueriedRun> {
  const priority = drop === undefined ? {} : { drop };
  if (key === 'status') {
    return { title: 'STATUS', ...priority, cell: (run) => renderStatus(statusOf(run), colors) };
  }
  return {
    title: titleOf(key),
    align: isText(key) ? 'left' : 'right',
    ...priority,
    cell: (run) => cellOf(key, run.get(key)),
  };
}

const texts = /^(experiment|created|backend|engine|reason|tag|name|note|host|git\..*)$/;

function isText(key: string): boolean {
  return texts.test(key);
}

/** Columns by importance, which is how late they are dropped: what is sorted by, metrics, flags that differ, the rest. */
function defaultColumns(
  runs: readonly QueriedRun[],
  keys: readonly string[],
  sorted: readonly string[],
  colors: Colors,
): Column<QueriedRun>[] {
  const shown = sorted.filter((key) => !ownColumns.has(key));
  const without = (key: string) => !sorted.includes(key);
  const engine = (run: QueriedRun) => {
    const backend = run.get('backend');
    return backend === undefined ? '' : printableText(`${backend} ${run.get('engine')}`);
  };
  const dropOf = (key: string, drop: number) => (without(key) ? drop : undefined);
  return [
    fieldColumn('status', colors, dropOf('status', 1)),
    ...shown.map((key) => fieldColumn(key, colors)),
    fieldColumn('step', colors, dropOf('step', 50)),
    ...metricKeys(runs, keys)
      .filter(without)
      .map((key, place) =>
        fieldColumn(
          key,
          colors,
          key.startsWith('last.train.') ? 70 : place === 0 && shown.length === 0 ? 0 : 20 + place,
        ),
      ),
    ...differingFlags(runs, keys)
      .filter(without)
      .map((key, place) => fieldColumn(key, colors, 30 + place / 100)),
    fieldColumn('tag', colors, 35),
    fieldColumn('created', colors, dropOf('created', 40)),
    fieldColumn('duration', colors, dropOf('duration', 60)),
    { title: 'ENGINE', drop: 80, cell: engine },
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
function metricKeys(runs: readonly QueriedRun[], keys: readonly string[]): string[] {
  const rank = (key: string) => {
    const rankOfSplit = key.startsWith('last.train.') ? 2 : key.startsWith('last.valid.') ? 0 : 1;
    return rankOfSplit + (/^last\.[^.]*\.loss$/.test(key) ? 0 : 0.5);
  };
  const isShown = (key: string) => {
    const [of, split, ...name] = key.split('.');
    return of === 'last' && !notResults.includes(split!) && !isLearningRate(name.join('.'));
  };
  return keys
    .filter((key) => isShown(key) && runs.some((run) => run.get(key) !== undefined))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, mostMetrics);
}

/** Flags that say where a run is, not how it was trained. */
const placeFlags = ['flags.runName', 'flags.resultsDir'];

/** Flags with more than one value among the runs that have them. */
function differingFlags(runs: readonly QueriedRun[], keys: readonly string[]): string[] {
  const flags = keys.filter((key) => key.startsWith('flags.') && !placeFlags.includes(key));
  return flags.filter((key) => differs(runs, key)).slice(0, mostFlags);
}

function differs(runs: readonly QueriedRun[], key: string): boolean {
  let first: FieldValue | undefined;
  return runs.some((run) => {
    const value = run.get(key);
    first ??= value;
    return value !== undefined && value !== first;
  });
}
