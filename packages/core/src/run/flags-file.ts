import { join } from 'node:path';
import type { FlagSource, ResolvedFlags } from '../config/resolve-flags.js';
import { ForgeError } from '../errors/forge-error.js';
import { formatVersion, isReadableVersion } from '../files/format-version.js';
import { isObject, readJson } from '../files/json-file.js';
import { writeJson } from '../files/write-json.js';

const sources: readonly FlagSource[] = [
  'default',
  'project file',
  'environment',
  'flags file',
  'command line',
  'script',
  'run',
  'override',
];

/** Writes `flags.json`: every flag with its value and where it came from. */
export async function writeRunFlags(run: string, flags: ResolvedFlags): Promise<void> {
  await writeJson(join(run, 'flags.json'), { formatVersion, flags });
}

/** @throws ForgeError RUN_INVALID naming the file and the flag that is not what Forge writes. */
export async function readRunFlags(run: string): Promise<ResolvedFlags> {
  const file = join(run, 'flags.json');
  const { formatVersion: version, flags } = await readJson(file, {
    what: 'flags file',
    code: 'RUN_INVALID',
    strict: true,
  });
  if (!isReadableVersion(version) || !isObject(flags)) {
    throw new ForgeError('RUN_INVALID', `${file} is not a flags file of format version 1 to ${formatVersion}.`, {
      about: file,
    });
  }
  for (const [name, flag] of Object.entries(flags)) {
    if (!isObject(flag) || !isValue(flag.value) || !sources.includes(flag.source as FlagSource)) {
      throw new ForgeError('RUN_INVALID', `${file} holds no value and source for the flag "${name}".`, { about: file });
    }
  }
  return flags as unknown as ResolvedFlags;
}

function isValue(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
