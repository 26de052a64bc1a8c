import type { Pace } from './pace.js';

/**
 * The wait after consecutive failures, ms: exponential, with jitter between one half and the whole, so that many runs do not
 * retry at once.
 * @param requested the server's Retry-After, ms, which is the least wait
 */
export function backoff(
  failures: number,
  { firstWait, longestWait }: Pick<Pace, 'firstWait' | 'longestWait'>,
  requested = 0,
  random: () => number = Math.random,
): number {
  const most = Math.min(longestWait, firstWait * 2 ** (failures - 1));
  return Math.max(requested, most * (0.5 + 0.5 * random()));
}
