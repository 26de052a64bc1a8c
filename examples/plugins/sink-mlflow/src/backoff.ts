import type { Pace } from './pace.js';

/**
 * How long to wait after so many failures in a row, ms: twice as long each time, and any share of it from a half to
 * the whole, so that many runs do not come back to a server all at once.
 * @param asked what the server asked for by Retry-After, ms; it is never waited less
 */
export function backoff(
  failures: number,
  { firstWait, longestWait }: Pick<Pace, 'firstWait' | 'longestWait'>,
  asked = 0,
  random: () => number = Math.random,
): number {
  const most = Math.min(longestWait, firstWait * 2 ** (failures - 1));
  return Math.max(asked, most * (0.5 + 0.5 * random()));
}
