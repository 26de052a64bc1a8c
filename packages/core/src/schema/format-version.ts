/** The format version that Forge writes into each JSON file of a run. */
export const formatVersion = 2;

/** Readable versions: docs/run-folder.md describes each. */
export type FormatVersion = 1 | 2;

export function isReadableVersion(value: unknown): value is FormatVersion {
  return value === 1 || value === formatVersion;
}
