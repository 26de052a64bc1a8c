/** The version of the run folder's format that this Forge writes into each of a run's JSON files. */
export const formatVersion = 2;

/** Versions that are read: see docs/run-folder.md for what each has. */
export type FormatVersion = 1 | 2;

export function isReadableVersion(value: unknown): value is FormatVersion {
  return value === 1 || value === formatVersion;
}
