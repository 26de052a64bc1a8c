import { rankByMetric } from '../../checkpoint/policies/rank-by-metric.js';
import { directionsOfRun } from '../../metrics/metric-address.js';
import type { ListedCheckpoint } from '../checkpoints/list-checkpoints.js';
import type { RunRecord } from '../record/run-record.js';

/** A checkpoint, and the metrics that no other one is better at, as addresses: `valid.loss`. */
export interface MarkedCheckpoint extends ListedCheckpoint {
  readonly bestBy: readonly string[];
}

/** Which metrics each checkpoint is best at, of the metrics whose direction is known: see `rankByMetric`. */
export function markBest(
  checkpoints: readonly ListedCheckpoint[],
  directions: RunRecord['directions'],
): MarkedCheckpoint[] {
  const directionOf = directionsOfRun(directions);
  const best = new Map<string, number | undefined>();
  for (const { metrics } of checkpoints) {
    for (const [split, stats] of Object.entries(metrics)) {
      for (const name of Object.keys(stats)) {
        const direction = directionOf(split, name);
        const address = `${split}.${name}`;
        if (direction === undefined || best.has(address)) continue;
        best.set(address, rankByMetric(checkpoints, { split, name }, direction)[0]);
      }
    }
  }
  return checkpoints.map((checkpoint) => ({
    ...checkpoint,
    bestBy: [...best].flatMap(([address, step]) => (step === checkpoint.step ? [address] : [])),
  }));
}
