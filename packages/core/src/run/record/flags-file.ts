import { join } from 'node:path';
import type { FlagSource, ResolvedFlags } from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import { readJson } from '../../json/json-file.js';
import { writeJson } from '../../json/write-json.js';
import { invalidField } from '../../schema/file-check.js';
import { isFlagsFile } from '../../schema/file-checks.generated.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../../schema/format-version.js';

/** The content of `flags.json`. */
export interface FlagsFile {
  readonly formatVersion: FormatVersion;
  /** Every flag by name, as the configs declare it. */
  readonly flags: Readonly<Record<string, StoredFlag>>;
}

export interface StoredFlag {
  readonly value: string | number | boolean | null;
  readonly source: FlagSource;
}

/** Writes `flags.json`: every flag with its value and source. */
export async function writeRunFlags(run: string, flags: ResolvedFlags): Promise<void> {
  await writeJson(join(run, 'flags.json'), { formatVersion, flags });
}

/** @throws ForgeError RUN_INVALID naming the file and the field that is invalid */
export async function readRunFlags(run: string): Promise<ResolvedFlags> {
  const file = join(run, 'flags.json');
  const value = await readJson(file, { what: 'flags file', code: 'RUN_INVALID', strict: true });
  if (!isReadableVersion(value.formatVersion)) {
    const version = JSON.stringify(value.formatVersion);
    const text = `${file} has format version ${version}; this Forge reads versions 1 to ${formatVersion}.`;
    throw new ForgeError('RUN_INVALID', text, { about: file });
  }
  const field = invalidField(isFlagsFile, value);
  if (field !== undefined) throw new ForgeError('RUN_INVALID', `${file} has an invalid "${field}".`, { about: file });
  return value.flags as ResolvedFlags;
}

/** The checkpoint store that a run was made with. Runs made before there were others have none in their flags. */
export function storeNameOf(stored: ResolvedFlags): string {
  const name = stored.checkpointStore?.value;
  return typeof name === 'string' ? name : 'files';
}
