import type { ComparisonView } from '../protocol/comparison.js';
import type { RunView } from '../protocol/run-view.js';

/** A run without the metrics that were not chosen: they are named nowhere. @param wanted addresses; null for all */
export function withChosenMetrics(view: RunView, wanted: readonly string[] | null): RunView {
  if (wanted === null) return view;
  const checkpoints = view.checkpoints.map((checkpoint) => ({
    ...checkpoint,
    bestBy: checkpoint.bestBy.filter((address) => wanted.includes(address)),
    metrics: Object.fromEntries(Object.entries(checkpoint.metrics).filter(([address]) => wanted.includes(address))),
  }));
  return { ...view, metrics: chosen(view.metrics, wanted), checkpoints };
}

/** The same for a comparison. */
export function compareChosenMetrics(view: ComparisonView, wanted: readonly string[] | null): ComparisonView {
  return wanted === null ? view : { ...view, metrics: chosen(view.metrics, wanted) };
}

/** In the order that they were asked for. */
function chosen<T extends { readonly address: string }>(all: readonly T[], wanted: readonly string[]): T[] {
  return wanted.flatMap((address) => all.find((metric) => metric.address === address) ?? []);
}
