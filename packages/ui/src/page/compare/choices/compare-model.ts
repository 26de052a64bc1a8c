import type { ComparedMetric, ComparisonView } from '../../../protocol/comparison.js';
import type { RunId } from '../../../protocol/overview.js';
import { parseRunSet } from '../../address/run-set.js';
import type { ChartRun } from '../../chart/chart-data.js';
import { chartRuns } from '../../chart/chart-runs.js';
import { hasBest, type MetricPlot, metricPlots, rankedMetrics } from './metric-plots.js';
import { hasRepeats, type SeedGroup, seedGroups } from './seed-groups.js';

/** A line of the legend: a run, or the repeats of a configuration. */
export interface LegendEntry {
  /** Of the run, or of the group: what the shared cursor emphasizes. */
  readonly id: string;
  readonly label: string;
  readonly color: number;
  readonly dash: number;
  readonly runs: readonly RunId[];
  readonly isShown: boolean;
  /** Whether a group shows its single seeds; undefined for a run. */
  readonly isOpen?: boolean;
  /** Whether it is a seed of the group above. */
  readonly isSeed: boolean;
}

/** A comparison, with what a person chose. */
export interface CompareModel {
  readonly view: ComparisonView;
  readonly plots: readonly MetricPlot[];
  /** Those that have a chart. */
  readonly chosenPlots: readonly MetricPlot[];
  readonly splits: readonly string[];
  readonly chosenSplits: readonly string[];
  /** What runs are compared by; undefined if no run has metrics. */
  readonly metric: ComparedMetric | undefined;
  readonly metrics: readonly ComparedMetric[];
  readonly hasRepeats: boolean;
  /** Whether repeats of a configuration are a median and a band. */
  readonly isGrouped: boolean;
  readonly groups: readonly SeedGroup[];
  readonly looks: readonly ChartRun[];
  readonly legend: readonly LegendEntry[];
  /** Those that the legend and the ranges of flags leave. */
  readonly shown: ReadonlySet<RunId>;
}

/** With more runs, one metric and one split are enough at first. */
const fewRuns = 24;

/** @param within the runs that are in the ranges of flags that a person has chosen */
export function compareModel(view: ComparisonView, query: URLSearchParams, within: ReadonlySet<RunId>): CompareModel {
  const plots = metricPlots(view.metrics);
  const metrics = rankedMetrics(view.metrics);
  const metric = chosenMetric(view, query);
  const chosenPlots =
    chosen(query.get('metrics'), plots, ({ key }) => key) ?? plots.slice(0, view.runs.length > fewRuns ? 1 : 2);
  const splits = [...new Set(chosenPlots.flatMap((plot) => plot.metrics.map(({ split }) => split)))];
  const mainSplit = splits.filter((split) => split === metric?.split);
  const usualSplits = view.runs.length > fewRuns && mainSplit.length > 0 ? mainSplit : splits;
  const groups = seedGroups(view);
  const repeats = hasRepeats(groups);
  const isGrouped = repeats && query.get('group') === 'seed';
  const hidden = new Set(parseRunSet(query.get('hidden') ?? ''));
  const shown = new Set(view.runs.flatMap(({ id }) => (hidden.has(id) || !within.has(id) ? [] : [id])));
  const looks = isGrouped ? groupLooks(view, groups) : chartRuns(view.runs);
  const open = new Set(parseRunSet(query.get('seeds') ?? ''));
  return {
    ...{ view, plots, chosenPlots, splits, metric, metrics, isGrouped, groups, looks, shown },
    chosenSplits: chosen(query.get('splits'), splits, (split) => split) ?? usualSplits,
    hasRepeats: repeats,
    legend: isGrouped ? groupLegend(groups, looks, hidden, open) : looks.map((look) => runEntry(look, hidden, false)),
  };
}

/** What runs are compared by: the chosen metric, or the one that says most. */
export function chosenMetric({ metrics }: ComparisonView, query: URLSearchParams): ComparedMetric | undefined {
  const ranked = rankedMetrics(metrics);
  return ranked.find(({ address }) => address === query.get('by')) ?? ranked.find(hasBest) ?? ranked[0];
}

/** Undefined if nothing of what the address says is there. */
function chosen<T>(text: string | null, all: readonly T[], nameOf: (one: T) => string): readonly T[] | undefined {
  const names = text?.split(',') ?? [];
  const found = all.filter((one) => names.includes(nameOf(one)));
  return found.length === 0 ? undefined : found;
}

/** Seeds of a configuration have one color. */
function groupLooks({ runs }: ComparisonView, groups: readonly SeedGroup[]): ChartRun[] {
  const labels = new Map(runs.map(({ id, label }) => [id, label]));
  const first = chartRuns(groups.map((group) => ({ id: group.runs[0]!, label: '' })));
  return groups.flatMap((group, at) => group.runs.map((id) => ({ ...first[at]!, id, label: labels.get(id)! })));
}

function runEntry({ id, label, color, cycle }: ChartRun, hidden: ReadonlySet<RunId>, isSeed: boolean): LegendEntry {
  return { id, label, color, dash: cycle, runs: [id], isShown: !hidden.has(id), isSeed };
}

function groupLegend(
  groups: readonly SeedGroup[],
  looks: readonly ChartRun[],
  hidden: ReadonlySet<RunId>,
  open: ReadonlySet<RunId>,
): LegendEntry[] {
  const lookOf = new Map(looks.map((look) => [look.id, look]));
  return groups.flatMap(({ id, label, runs }): LegendEntry[] => {
    const look = lookOf.get(runs[0]!)!;
    if (runs.length === 1) return [runEntry({ ...look, label }, hidden, false)];
    const isOpen = open.has(runs[0]!);
    const isShown = runs.some((run) => !hidden.has(run));
    const group = { id, label, color: look.color, dash: look.cycle, runs, isShown, isOpen, isSeed: false };
    return [group, ...(isOpen ? runs.map((run) => runEntry(lookOf.get(run)!, hidden, true)) : [])];
  });
}
