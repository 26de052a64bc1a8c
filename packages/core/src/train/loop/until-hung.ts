import { ForgeError } from '../../errors/forge-error.js';
import { onProcessEvent } from '../stop/process-events.js';
import type { RunPhase } from '../stop/run-phase.js';

/**
 * Waits for work, and fails if it can never finish: when nothing is left in the event loop, Node would exit without an
 * error.
 * @throws ForgeError naming the phase that never finished; the error of the work
 */
export function failIfHung<T>(phase: RunPhase, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const hung = () => reject(hungIn(phase));
    const unlisten = onProcessEvent('beforeExit', hung);
    work.then(resolve, reject).finally(unlisten);
  });
}

function hungIn(phase: RunPhase): ForgeError {
  return new ForgeError(phase.code, phase.unfinished, {
    about: phase.name,
    hint: 'Look there for a promise that never resolves: nothing else was left to wait for.',
  });
}
