import type { StatusEvent } from '../../../protocol/live.js';
import type { RunView } from '../../../protocol/run-view.js';

/** A run as it is now: what was loaded, with the newest state. */
export function withStatus(run: RunView, event: StatusEvent | undefined): RunView {
  if (event === undefined || event.run !== run.id || run.status === 'damaged') return run;
  const { status, reason, step, epoch, seconds } = event;
  // An event from before the run was loaded again must not turn it back.
  if (step < run.step && status === run.status) return run;
  return { ...run, status, reason, step, epoch, seconds: seconds ?? run.seconds };
}
