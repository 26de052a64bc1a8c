import type { Stats } from '../backend/backend.js';

/** A copy of named numbers. Spread syntax takes 20 times as long where the names were added one by one. */
export function copyNumbers(numbers: Stats): Record<string, number> {
  const copy: Record<string, number> = {};
  for (const name in numbers) copy[name] = numbers[name]!;
  return copy;
}
