import { type CodeFile, type MissingFile, type StoredFile, toPortable } from '../../code/code-manifest.js';
import { codePlace, correctionsOf } from '../../code/code-place.js';
import { readCodeManifest } from '../../code/stored-code.js';
import { ForgeError } from '../../errors/forge-error.js';
import { sha256 } from '../../fs/checksum.js';
import { decodeText } from '../../json/json-file.js';
import type { RunRecord } from '../record/run-record.js';
import { withFileInside } from './open-inside.js';

/** A version of a run's code: 0 as it was started with, 1 and more its corrections. */
export interface StoredVersion {
  readonly number: number;
  readonly files: readonly StoredFile[];
  readonly missing: readonly MissingFile[];
}

/**
 * The versions of the code that a run stores, by their manifests; none if its configs were objects in memory.
 * @throws ForgeError CODE_ALTERED, FILE_SYSTEM
 */
export async function storedVersions(run: string, record: RunRecord): Promise<StoredVersion[]> {
  const versions: StoredVersion[] = [];
  for (const number of versionNumbers(record)) {
    const { files, missing } = await manifestOf(run, number);
    versions.push({ number, files, missing });
  }
  return versions;
}

/**
 * A file of a run's stored code, checked against its hash.
 * @param maxBytes a larger one is not read
 * @returns its text; null for one that is larger, or no text
 * @throws ForgeError CODE_MISSING for a version or a file that the run does not have; CODE_ALTERED; PATH_UNSAFE, FILE_SYSTEM
 */
export async function readStoredCode(
  run: string,
  record: RunRecord,
  { number, path, maxBytes }: { readonly number: number; readonly path: string; readonly maxBytes: number },
): Promise<string | null> {
  const unknown = (what: string) => new ForgeError('CODE_MISSING', `The run stores no ${what}.`, { about: what });
  if (!versionNumbers(record).includes(number)) throw unknown(`code ${number}`);
  const file = (await manifestOf(run, number)).files.find((file) => file.path === path);
  if (file === undefined) throw unknown(`code file ${JSON.stringify(path.slice(0, 200))}`);
  if (file.bytes > maxBytes) return null;
  const name = `${placeOf(number).folder}/${toPortable(path)}`;
  const content = await withFileInside(run, name, ({ read }) => read(0, file.bytes + 1));
  if (content.length === file.bytes && sha256(content) === file.checksum) {
    return content.includes(0) ? null : (decodeText(content) ?? null);
  }
  throw new ForgeError('CODE_ALTERED', `${name} was changed after the run was made.`, {
    about: name,
    hint: 'forge runs verify --deep lists all files that differ.',
  });
}

function versionNumbers(record: RunRecord): number[] {
  return [...(record.code === 'stored' ? [0] : []), ...new Set(correctionsOf(record))];
}

function placeOf(number: number) {
  return codePlace(number === 0 ? null : number);
}

function manifestOf(run: string, number: number): Promise<CodeFile> {
  return readCodeManifest(run, placeOf(number));
}
