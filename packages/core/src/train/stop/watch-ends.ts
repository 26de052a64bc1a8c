import { messageOf } from '../../errors/forge-error.js';
import { onProcessEvent } from './process-events.js';
import type { RunPhase } from './run-phase.js';
import type { StopRequest } from './stop-request.js';

/**
 * Marks a run as failed where the process ends during it: by an uncaught error, or by `process.exit` in a config, a model
 * or a plugin. The process ends as it would anyway.
 * @param failNow marks the run as failed, synchronously
 * @returns stops listening
 */
export function watchEnds(phase: RunPhase, stop: StopRequest, failNow: (reason: string) => void): () => void {
  let crashed = false;
  const crashing = (error: unknown) => {
    crashed = true;
    failNow(messageOf(error));
  };
  const exiting = (status: unknown) => {
    // A second signal ends the process at once.
    if (crashed || stop.signal !== undefined) return;
    const cause = stop.failure === undefined ? 'process.exit was called' : messageOf(stop.failure.cause);
    failNow(`The process ended with status ${status} ${phase.during}: ${cause}.`);
  };
  const stops = [onProcessEvent('uncaughtExceptionMonitor', crashing), onProcessEvent('exit', exiting)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** How long an error may take from the loop that it left to the end of the process, ms: `finally` blocks come first. */
const longestUnwinding = 5000;

/**
 * Marks a run as failed where an error ends the process just after its loop was left. JavaScript does not
 * report to a loop whether `break` or an error leaves it; an uncaught error ends the process.
 * @param failNow marks the run as failed, synchronously
 */
export function watchLeftLoop(failNow: (reason: string) => void): void {
  let crashed = false;
  const stops = [
    onProcessEvent('uncaughtExceptionMonitor', (error) => {
      crashed = true;
      failNow(messageOf(error));
    }),
    onProcessEvent('exit', (status) => {
      if (!crashed && status !== 0) failNow(`The process ended with status ${status} after the loop was left.`);
    }),
  ];
  setTimeout(() => {
    for (const stop of stops) stop();
  }, longestUnwinding).unref();
}
