import { messageOf } from '../../errors/forge-error.js';
import { onProcessEvent } from './process-events.js';
import type { RunPhase } from './run-phase.js';
import type { StopRequest } from './stop-request.js';

/**
 * Records a failed run when the process ends during it: by an uncaught error, or by `process.exit` in a config, a model or
 * a plugin. The process ends as it would otherwise.
 * @param failNow records synchronously that the run has failed, and why
 * @returns stops listening
 */
export function watchEnds(phase: RunPhase, stop: StopRequest, failNow: (reason: string) => void): () => void {
  let crashed = false;
  const crashing = (error: unknown) => {
    crashed = true;
    failNow(messageOf(error));
  };
  const exiting = (status: unknown) => {
    // A second signal ends the process immediately, which is not a failure.
    if (crashed || stop.signal !== undefined) return;
    const cause = stop.failure === undefined ? 'process.exit was called' : messageOf(stop.failure.cause);
    failNow(`The process ended with status ${status} ${phase.during}: ${cause}.`);
  };
  const stops = [onProcessEvent('uncaughtExceptionMonitor', crashing), onProcessEvent('exit', exiting)];
  return () => {
    for (const stop of stops) stop();
  };
}
