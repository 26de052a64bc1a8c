import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { sha256 } from '../files/checksum.js';
import { readJson } from '../files/json-file.js';
import { type CodeManifest, checkCodeManifest, toPortable } from './code-manifest.js';
import { findPackage } from './find-package.js';

/** A run's own code, its hashes checked. */
export interface StoredCode {
  readonly folder: string;
  readonly manifest: CodeManifest;
  /** Absolute path of the config in each role. */
  readonly entries: Readonly<Record<string, string>>;
}

/** What bare imports of stored code resolve to on this machine, and how that differs from the run's day. */
export interface PackageResolution {
  readonly aliases: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/**
 * Reads `code.json` and checks every file of `code/` against it, so that what runs is what ran.
 * @throws ForgeError CODE_ALTERED naming the first file that differs, is missing, is a link or was added.
 */
export async function openStoredCode(run: string): Promise<StoredCode> {
  const folder = join(run, 'code');
  const file = join(run, 'code.json');
  const manifest = checkCodeManifest(await readJson(file, { what: 'code manifest', code: 'CODE_ALTERED' }), file);
  for (const { path, checksum } of manifest.files) {
    const actual = join(folder, path);
    if (!(await lstat(actual).catch(() => undefined))?.isFile()) throw altered(actual, 'is missing');
    if (sha256(await readFile(actual)) !== checksum) throw altered(actual, 'was changed after the run was made');
  }
  const known = new Set(manifest.files.map(({ path }) => path));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const couldRun = /^\.([cm]?[jt]sx?|json|node)$/.test(extname(entry.name)) || entry.isSymbolicLink();
    if (!entry.isDirectory() && couldRun && !known.has(toPortable(relative(folder, path)))) {
      throw altered(path, 'was added after the run was made');
    }
  }
  const entries = Object.entries(manifest.entries).map(([role, path]) => [role, join(folder, path)] as const);
  return { folder, manifest, entries: Object.fromEntries(entries) };
}

/**
 * Resolves the stored code's packages from where the file that imports them stood, then from the other folders, in
 * that order.
 */
export async function resolvePackages(
  { manifest: { root, packages } }: StoredCode,
  folders: readonly string[],
): Promise<PackageResolution> {
  const aliases: Record<string, string> = {};
  const warnings = new Set<string>();
  for (const { specifier, name, version, importer } of packages) {
    const found = await findPackage(specifier, [dirname(join(root, importer)), ...folders]);
    if (found === undefined) continue; // resolved from the stored file's own place, or a clear error when it is loaded
    aliases[specifier] = found.file;
    if (version !== null && found.version !== null && version !== found.version) {
      warnings.add(`${name} is ${found.version} here; the run was made with ${version}.`);
    }
  }
  return { aliases, warnings: [...warnings] };
}

function altered(path: string, how: string): ForgeError {
  return new ForgeError('CODE_ALTERED', `${path} ${how}, so the run's code is not run.`, {
    about: path,
    hint: 'Restore the file; metrics and checkpoints can still be read without it.',
  });
}
