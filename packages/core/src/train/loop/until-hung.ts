import { ForgeError } from '../../errors/forge-error.js';
import { onProcessEvent } from '../stop/process-events.js';
import type { RunPhase } from '../stop/run-phase.js';

/**
 * Waits for work, unless it can never end: once nothing is left in the process that could resolve what it waits for,
 * Node would end it in silence.
 * @throws ForgeError naming the phase that never ended; what the work throws
 */
export function failIfHung<T>(phase: RunPhase, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const hung = () => reject(hungIn(phase));
    const unlisten = onProcessEvent('beforeExit', hung);
    work.then(resolve, reject).finally(unlisten);
  });
}

function hungIn(phase: RunPhase): ForgeError {
  return new ForgeError(phase.isData ? 'DATA_INVALID' : 'BACKEND_INVALID', phase.unfinished, {
    about: phase.name,
    hint: 'Look there for a promise that is never resolved: nothing else was left to wait for.',
  });
}
