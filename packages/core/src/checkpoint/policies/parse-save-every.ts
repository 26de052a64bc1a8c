import { ForgeError } from '../../errors/forge-error.js';
import { everyMinutes, everySteps, type SavePolicy } from './save-policy.js';

/**
 * Parses `--save-every`: `500` is every 500 steps, `10m` every ten minutes.
 * @throws ForgeError FLAG_INVALID
 */
export function parseSaveEvery(text: string): SavePolicy {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text.trim());
  const amount = Number(match?.[1]);
  const minutes = match?.[2] === 'm';
  if (!(amount > 0) || (!minutes && !Number.isSafeInteger(amount))) {
    throw new ForgeError('FLAG_INVALID', `--save-every takes steps (500) or minutes (10m), not "${text}".`, {
      about: 'saveEvery',
      hint: 'For example: --save-every 500.',
    });
  }
  return minutes ? everyMinutes(amount) : everySteps(amount);
}
