import type { LoopSession } from './loop-request.js';

/** The split of evaluations of the moving average of the parameters. */
export const emaSplit = 'valid-ema';

/** Evaluates the moving average of a session's parameters. */
export function averageOf(session: Pick<LoopSession, 'evaluate'>): Pick<LoopSession, 'evaluate'> {
  return { evaluate: (batch, request) => session.evaluate(batch, { ...request, weights: 'ema' }) };
}
