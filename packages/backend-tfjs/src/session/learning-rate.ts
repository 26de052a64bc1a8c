import type { SessionUpdate } from './session-update.js';

/** The learning rate at a step; by update, if there are several. Undefined if unknown. */
export function learningRateAt(
  updates: readonly Pick<SessionUpdate, 'name' | 'every' | 'updater'>[],
  step: number,
): number | Readonly<Record<string, number>> | undefined {
  const [only] = updates;
  if (only?.name === undefined) return only?.updater.learningRate(step);
  const rates: Record<string, number> = {};
  for (const { name, every, updater } of updates) {
    const rate = updater.learningRate(Math.floor(step / every));
    if (name !== undefined && rate !== undefined) rates[name] = rate;
  }
  return rates;
}
