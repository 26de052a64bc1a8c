import { messageOf } from '../../errors/forge-error.js';
import { onProcessEvent } from './process-events.js';
import type { RunPhase } from './run-phase.js';
import type { StopRequest } from './stop-request.js';

/**
 * Hears how the process ends while a run is worked on, where nobody ends the run: an error that nothing catches, or
 * `process.exit` called by a config, a model or a plugin. It changes nothing of that end.
 * @param failNow writes down that the run has failed, and why, without waiting for anything
 * @returns stops listening
 */
export function watchEnds(phase: RunPhase, stop: StopRequest, failNow: (reason: string) => void): () => void {
  let crashed = false;
  const crashing = (error: unknown) => {
    crashed = true;
    failNow(messageOf(error));
  };
  const exiting = (status: unknown) => {
    // A second signal ends it at once, as it says.
    if (crashed || stop.signal !== undefined) return;
    const why = stop.failure === undefined ? 'process.exit was called' : messageOf(stop.failure.cause);
    failNow(`The process ended with status ${status} ${phase.during}: ${why}.`);
  };
  const stops = [onProcessEvent('uncaughtExceptionMonitor', crashing), onProcessEvent('exit', exiting)];
  return () => {
    for (const stop of stops) stop();
  };
}
