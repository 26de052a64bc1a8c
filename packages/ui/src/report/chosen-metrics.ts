import type { ComparisonView } from '../protocol/comparison.js';
import type { RunView } from '../protocol/run-view.js';

/** A run without the metrics that were not chosen: they are named nowhere. @param wanted addresses */
export function withChosenMetrics(view: RunView, wanted: readonly string[]): RunView {
  const isWanted = new Set(wanted);
  const checkpoints = view.checkpoints.map((checkpoint) => ({
    ...checkpoint,
    bestBy: checkpoint.bestBy.filter((address) => isWanted.has(address)),
    metrics: Object.fromEntries(Object.entries(checkpoint.metrics).filter(([address]) => isWanted.has(address))),
  }));
  return { ...view, metrics: chosen(view.metrics, wanted), checkpoints };
}

/** The same for a comparison. @param wanted null for the first `most` */
export function compareChosenMetrics(
  view: ComparisonView,
  wanted: readonly string[] | null,
  most: number,
): ComparisonView {
  return { ...view, metrics: wanted === null ? view.metrics.slice(0, most) : chosen(view.metrics, wanted) };
}

/** In the order that they were asked for. */
function chosen<T extends { readonly address: string }>(all: readonly T[], wanted: readonly string[]): T[] {
  const byAddress = new Map(all.map((metric) => [metric.address, metric]));
  return wanted.flatMap((address) => byAddress.get(address) ?? []);
}
