import { makeParallel, makeScatter, type Parallel, type PlainValue, type Scatter } from '@forge-ml/plot';
import type { ComparedMetric, ComparisonRow, ComparisonView } from '../../../protocol/comparison.js';
import type { RunId } from '../../../protocol/overview.js';
import type { Cell } from '../../../protocol/table.js';
import type { ChartRun } from '../../chart/chart-data.js';
import type { AxisScales } from '../../figures/axis-scales.js';
import { type Brushes, rowsWithin } from '../../figures/brushes.js';
import { hasBest } from '../choices/metric-plots.js';

/** More axes are hard to follow. */
const mostAxes = 7;
/** A text that each run has for itself, such as a path, tells nothing. */
const mostCategories = 24;

/** The flags that a figure can show: those that differ, with a value that other runs have too, or a number. */
export function plottedFlags({ rows, runs }: Pick<ComparisonView, 'rows' | 'runs'>): ComparisonRow[] {
  return rows.filter(({ group, name, equal, values }) => {
    if (group !== 'flags' || equal || name === 'seed') return false;
    const distinct = new Set(values.map(plainValue));
    const isNumeric = values.every((value) => value === null || typeof value === 'number');
    return isNumeric || (distinct.size <= mostCategories && (distinct.size < runs.length || runs.length <= 4));
  });
}

/** The value of the metric that runs are compared by: the best one, or the last one of a metric without. */
export function metricValues(metric: ComparedMetric): readonly (number | null)[] {
  return hasBest(metric) ? metric.best : metric.last;
}

interface PlotMetric {
  readonly name: string;
  readonly direction: 'min' | 'max' | undefined;
  readonly log: boolean | undefined;
}

function plotMetric({ address, direction }: ComparedMetric, scales: AxisScales): PlotMetric {
  return { name: address, direction: direction ?? undefined, log: scales.get(address) };
}

function plotFlag({ name }: ComparisonRow, scales: AxisScales) {
  return { name, log: scales.get(name) };
}

/** Parallel coordinates of all runs. @param names of flags; those that differ first if there are none */
export function parallelOf(
  view: ComparisonView,
  metric: ComparedMetric,
  names: readonly string[],
  scales: AxisScales,
): Parallel | undefined {
  const flags = plottedFlags(view);
  const wanted = flags.filter(({ name }) => names.includes(name));
  const shown = wanted.length > 0 ? wanted : flags.slice(0, mostAxes);
  if (shown.length === 0) return undefined;
  const values = metricValues(metric);
  const rows = view.runs.map(({ label }, at) => ({
    name: label,
    values: shown.map((flag) => plainValue(flag.values[at]!)),
    metric: values[at]!,
  }));
  return makeParallel(rows, { flags: shown.map((flag) => plotFlag(flag, scales)), metric: plotMetric(metric, scales) });
}

/** The runs that are in the chosen ranges of flags. */
export function runsWithin(
  { runs }: ComparisonView,
  parallel: Parallel | undefined,
  brushes: Brushes,
): ReadonlySet<RunId> {
  const rows = parallel === undefined || brushes.size === 0 ? undefined : rowsWithin(parallel, brushes);
  return new Set(runs.flatMap(({ id }, at) => (rows === undefined || rows.has(at) ? [id] : [])));
}

/** A flag against the metric, of the runs that are shown; `runs` are the ids of its rows. */
export function scatterOf(
  view: ComparisonView,
  metric: ComparedMetric,
  flag: ComparisonRow,
  looks: readonly ChartRun[],
  shown: ReadonlySet<RunId>,
  scales: AxisScales,
): { readonly scatter: Scatter; readonly runs: readonly RunId[] } {
  const values = metricValues(metric);
  const colors = new Map(looks.map(({ id, color }) => [id, color]));
  const places = view.runs.flatMap(({ id }, at) => (shown.has(id) ? [at] : []));
  const rows = places.map((at) => {
    const { id, label } = view.runs[at]!;
    return { name: label, x: plainValue(flag.values[at]!), y: values[at]!, color: colors.get(id) };
  });
  const scatter = makeScatter(rows, { flag: plotFlag(flag, scales), metric: plotMetric(metric, scales) });
  return { scatter, runs: places.map((at) => view.runs[at]!.id) };
}

/** Lists are one text. */
function plainValue(value: Cell): PlainValue {
  return typeof value === 'object' && value !== null ? value.join(', ') : value;
}
