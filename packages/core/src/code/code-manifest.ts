import { sep } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import type { Sha256 } from '../fs/checksum.js';
import { isPathTraversal } from '../fs/path-traversal.js';
import type { Count } from '../schema/count.js';
import { invalidField } from '../schema/file-check.js';
import { isCodeFile } from '../schema/file-checks.generated.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../schema/format-version.js';

/** `code.json`, the manifest of the `code/` folder of a run. */
export interface CodeFile {
  readonly formatVersion: FormatVersion;
  /** The folder that the paths were relative to when the run was created. */
  readonly root: string;
  /** The config files, by role, relative to `code/`. */
  readonly entries: Readonly<Record<string, string>>;
  readonly files: readonly StoredFile[];
  readonly packages: readonly UsedPackage[];
  /** Files and packages that loading the code needs and the run does not store. */
  readonly missing: readonly MissingFile[];
}

/** A file or package that a config needs to load and the run does not store. */
export interface MissingFile {
  /** The path, or the package's name, as in the code. */
  readonly name: string;
  /** Why the run does not store it. */
  readonly reason: string;
}

export interface StoredFile {
  readonly path: string;
  readonly bytes: Count;
  readonly checksum: Sha256;
}

/** A bare import of the stored code, and the package it resolved to. */
export interface UsedPackage {
  readonly specifier: string;
  readonly name: string;
  /** null if the installed version is unknown. */
  readonly version: string | null;
  /** A file of `code/` that imports it. The package is first searched from that file's original folder. */
  readonly importer: string;
}

/** Far more than any project has. A limit, because every file is read and every package is searched for. */
const most = { files: 100_000, packages: 5_000, missing: 5_000, entries: 1_000 } as const;

/** Fields that were added after version 1. */
const sinceVersion1: Pick<CodeFile, 'missing'> = { missing: [] };

/** @throws ForgeError CODE_ALTERED naming the field that is invalid, or the path that would leave its folder */
export function checkCodeManifest(value: Readonly<Record<string, unknown>>, file: string): CodeFile {
  const { formatVersion: version } = value;
  if (!isReadableVersion(version)) {
    const text = `${file} has format version ${JSON.stringify(version)}; this Forge reads versions 1 to ${formatVersion}.`;
    throw new ForgeError('CODE_ALTERED', text, { about: file });
  }
  const given = version === 1 ? { ...value, ...sinceVersion1 } : value;
  const field = invalidField(isCodeFile, given);
  if (field !== undefined) throw new ForgeError('CODE_ALTERED', `${file} has an invalid "${field}".`, { about: file });
  const manifest = given as unknown as CodeFile;
  for (const [name, limit] of Object.entries(most)) {
    const { length } = Object.keys(manifest[name as keyof typeof most]);
    if (length <= limit) continue;
    throw new ForgeError('CODE_ALTERED', `${file} lists ${length} ${name}, more than the maximum of ${limit}.`, {
      about: file,
    });
  }
  const importers = manifest.packages.map(({ importer }) => importer);
  const paths = [...manifest.files.map(({ path }) => path), ...Object.values(manifest.entries), ...importers];
  const escaping = paths.find((path) => isPathTraversal(path));
  if (escaping !== undefined) {
    throw new ForgeError('CODE_ALTERED', `${file} names ${JSON.stringify(escaping)}, which is outside the run.`, {
      about: file,
    });
  }
  return manifest;
}

/** Paths in manifests have forward slashes on every system. */
export function toPortable(path: string): string {
  return path.split(sep).join('/');
}
