import { sep } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { isSha256, type Sha256 } from '../files/checksum.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../files/format-version.js';
import { leavesItsFolder } from '../files/plain-path.js';

/** What `code.json` of a run says about its `code/` folder. */
export interface CodeManifest {
  readonly formatVersion: FormatVersion;
  /** The folder the paths were relative to when the run was made. */
  readonly root: string;
  /** The config files, by role, relative to `code/`. */
  readonly entries: Readonly<Record<string, string>>;
  readonly files: readonly StoredFile[];
  readonly packages: readonly UsedPackage[];
  /** What loading the code will need and the run does not store. */
  readonly missing: readonly MissingFile[];
}

/** A file or package that a config needs to load, and that is not among the stored files. */
export interface MissingFile {
  /** As the code names it: a path, or a package's name. */
  readonly name: string;
  /** Why the run does not hold it. */
  readonly reason: string;
}

export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly checksum: Sha256;
}

/** A bare import of the stored code, and what it led to. */
export interface UsedPackage {
  readonly specifier: string;
  readonly name: string;
  /** null where no installed version could be told. */
  readonly version: string | null;
  /** A file of `code/` that imports it: from where that stood, it is looked for first. */
  readonly importer: string;
}

/** Far more than any project has; each file is read and each package looked for, so that more would take for ever. */
const most = { files: 100_000, packages: 5_000, missing: 5_000, entries: 1_000 } as const;

/** @throws ForgeError CODE_ALTERED when the manifest is not what Forge writes, or a path would leave its folder. */
export function checkCodeManifest(value: unknown, file: string): CodeManifest {
  const given = value as Partial<CodeManifest>;
  const manifest: Partial<CodeManifest> = given.formatVersion === 1 ? { ...given, missing: [] } : given;
  const sound =
    isReadableVersion(manifest.formatVersion) &&
    typeof manifest.root === 'string' &&
    isRecordOf(manifest.entries, (path) => typeof path === 'string') &&
    Array.isArray(manifest.files) &&
    manifest.files.every(isStoredFile) &&
    Array.isArray(manifest.packages) &&
    manifest.packages.every(isUsedPackage) &&
    Array.isArray(manifest.missing) &&
    manifest.missing.every(isMissingFile);
  if (!sound)
    throw new ForgeError('CODE_ALTERED', `${file} is not a code manifest of format version 1 to ${formatVersion}.`, {
      about: file,
    });
  for (const [name, limit] of Object.entries(most)) {
    const { length } = Object.keys(manifest[name as keyof typeof most]!);
    if (length <= limit) continue;
    throw new ForgeError('CODE_ALTERED', `${file} lists ${length} ${name}, more than the ${limit} that are allowed.`, {
      about: file,
    });
  }
  const importers = manifest.packages!.map(({ importer }) => importer);
  const paths = [...manifest.files!.map(({ path }) => path), ...Object.values(manifest.entries!), ...importers];
  const escaping = paths.find((path) => leavesItsFolder(path));
  if (escaping !== undefined) {
    throw new ForgeError('CODE_ALTERED', `${file} names ${JSON.stringify(escaping)}, which lies outside the run.`, {
      about: file,
    });
  }
  return manifest as CodeManifest;
}

function isStoredFile(file: unknown): boolean {
  const { path, bytes, checksum } = (file ?? {}) as Partial<StoredFile>;
  return typeof path === 'string' && Number.isSafeInteger(bytes) && bytes! >= 0 && isSha256(checksum);
}

function isUsedPackage(used: unknown): boolean {
  const { specifier, name, version, importer } = (used ?? {}) as Partial<UsedPackage>;
  const texts = [specifier, name, importer].every((text) => typeof text === 'string');
  return texts && (version === null || typeof version === 'string');
}

function isMissingFile(missing: unknown): boolean {
  const { name, reason } = (missing ?? {}) as Partial<MissingFile>;
  return typeof name === 'string' && typeof reason === 'string';
}

function isRecordOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(check);
}

/** Manifests hold forward slashes on every system. */
export function toPortable(path: string): string {
  return path.split(sep).join('/');
}
