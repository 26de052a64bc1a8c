import util from 'node:util';

/** Puts back what Node 23 took out of `util` and the native packages 4.22 still call. */
export function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
}
