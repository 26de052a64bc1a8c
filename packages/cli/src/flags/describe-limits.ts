import type { Flag } from '@forge-ml/core';

/** `1 to 10`, `at least 1`, `at most 1`, or an empty text for a flag without a range. */
export function describeLimits({ min, max }: Pick<Flag<unknown>, 'min' | 'max'>): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? '' : `at most ${max}`;
}
