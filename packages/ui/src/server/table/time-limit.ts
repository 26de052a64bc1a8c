import { createContext, Script } from 'node:vm';
import { ApiProblem } from '../security/api-problem.js';

/** Longer than any honest expression needs for a hundred thousand runs, ms. */
const limit = 1_000;

const script = new Script('work()');

/**
 * Runs synchronous work and stops it after a limit: a regular expression can take longer than the universe is old, and
 * nothing else of the server would run meanwhile.
 * @throws ApiProblem TOO_SLOW; what the work throws
 */
export function withTimeLimit<T>(work: () => T, timeout = limit): T {
  try {
    return script.runInContext(createContext({ work }), { timeout }) as T;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const message = `The expression took longer than ${timeout / 1000} s.`;
    throw new ApiProblem(400, 'TOO_SLOW', message, 'Write a simpler regular expression, or a shorter expression.');
  }
}
