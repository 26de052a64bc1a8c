import type { Stats } from '../../backend/backend.js';
import { copyNumbers } from '../../metrics/copy-numbers.js';
import type { LoopSession } from './loop-request.js';

/** The numbers of an update with the session's gauges. A number that the model reports by such a name stays. */
export function withGauges(stats: Stats, session: Pick<LoopSession, 'gauges'>): Stats {
  const gauges = session.gauges?.();
  if (gauges === undefined) return stats;
  // Last in order, so that the loss stays first.
  const numbers = copyNumbers(stats);
  for (const name in gauges) numbers[name] ??= gauges[name]!;
  return numbers;
}
