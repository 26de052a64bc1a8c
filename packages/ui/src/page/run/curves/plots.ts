import type { RunMetric } from '../../../protocol/run-view.js';

/** A metric of a run, with all its splits in one plot. */
export interface Plot {
  /** What the address of the page calls it: `loss`, `system/cpu`. */
  readonly key: string;
  /** Its name within its group. */
  readonly title: string;
  /** Addresses of the metrics. */
  readonly metrics: readonly string[];
}

export interface PlotGroup {
  /** Empty for the metrics whose name has no `/`. */
  readonly name: string;
  /** Whether it is about the machine or the gradients, which few look at. */
  readonly isDiagnostic: boolean;
  readonly plots: readonly Plot[];
}

/** Splits that say nothing of the model's quality. */
const diagnosticSplits = ['gradients', 'system'];

interface Ranked extends Plot {
  readonly group: string;
  readonly isDiagnostic: boolean;
  readonly rank: number;
}

/** The plots of a run in groups: quality of the model first, then by name; diagnostic groups last. */
export function plotGroups(metrics: readonly RunMetric[]): PlotGroup[] {
  const plots = new Map<string, RunMetric[]>();
  for (const metric of metrics) {
    const key = keyOf(metric);
    const sharing = plots.get(key);
    if (sharing === undefined) plots.set(key, [metric]);
    else sharing.push(metric);
  }
  const groups = new Map<string, Ranked[]>();
  for (const [key, sharing] of plots) {
    const plot = rankedPlot(key, sharing);
    const members = groups.get(plot.group);
    if (members === undefined) groups.set(plot.group, [plot]);
    else members.push(plot);
  }
  return [...groups]
    .map(([name, members]) => ({ name, isDiagnostic: members[0]!.isDiagnostic, plots: members.sort(byRank) }))
    .sort((a, b) => byRank(a.plots[0]!, b.plots[0]!) || a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** The plots whose metrics have all words of a filter in their address. Groups without any are omitted. */
export function filterGroups(groups: readonly PlotGroup[], filter: string): PlotGroup[] {
  const words = filter.toLowerCase().split(/\s+/);
  const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  return groups
    .map((group) => ({ ...group, plots: group.plots.filter(({ metrics }) => metrics.some(matches)) }))
    .filter(({ plots }) => plots.length > 0);
}

export function findPlot(groups: readonly PlotGroup[], key: string): Plot | undefined {
  return groups.flatMap(({ plots }) => plots).find((plot) => plot.key === key);
}

/** Diagnostic splits share no plot with others: `system.memory` is not the model's. */
function keyOf({ split, name }: RunMetric): string {
  return diagnosticSplits.includes(split) ? `${split}/${name}` : name;
}

function rankedPlot(key: string, metrics: readonly RunMetric[]): Ranked {
  const slash = key.indexOf('/');
  return {
    key,
    title: key.slice(slash + 1),
    group: slash === -1 ? '' : key.slice(0, slash),
    metrics: metrics.map(({ address }) => address),
    isDiagnostic: diagnosticSplits.includes(metrics[0]!.split),
    rank: Math.min(...metrics.map(rankOf)),
  };
}

function rankOf({ split, direction, best }: RunMetric): number {
  if (diagnosticSplits.includes(split)) return 4 + diagnosticSplits.indexOf(split);
  const isQuality = direction !== null || best !== null;
  if (split === 'valid') return isQuality ? 0 : 2;
  return isQuality ? 1 : 3;
}

/** Plots of one rank keep the order in which the run has them. */
function byRank(a: Plot, b: Plot): number {
  return (a as Ranked).rank - (b as Ranked).rank;
}
