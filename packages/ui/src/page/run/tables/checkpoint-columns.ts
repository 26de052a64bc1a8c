import type { RunCheckpoint, RunMetric } from '../../../protocol/run-view.js';

/** A table with more columns is not read. */
const most = 8;

/** The metrics that checkpoints are compared by: those that one can be best at, in the order of the run's metrics. */
export function columnsOf(checkpoints: readonly RunCheckpoint[], metrics: readonly RunMetric[]): string[] {
  const known = new Set(checkpoints.flatMap((checkpoint) => Object.keys(checkpoint.metrics)));
  const inOrder = metrics.filter(({ address }) => known.has(address));
  const rank = ({ split, direction }: RunMetric) => (direction === null ? 4 : 0) + (split === 'valid' ? 0 : 1);
  const sorted = [...inOrder].sort((a, b) => rank(a) - rank(b)).map(({ address }) => address);
  const others = [...known].filter((address) => !sorted.includes(address));
  return [...sorted, ...others].slice(0, most);
}
