import util from 'node:util';

/** Restores functions of `util` that Node 23 removed and the native packages 4.22 still call. */
export function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
}
