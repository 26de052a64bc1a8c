import { lstat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { projectRoot } from '../config/project/project-root.js';
import { ForgeError } from '../errors/forge-error.js';
import { sha256 } from '../fs/checksum.js';
import { isMissing } from '../fs/fs-error.js';
import { readBounded } from '../fs/read-bounded.js';
import { readJson } from '../json/json-file.js';
import { isPackageName } from '../text/package-name.js';
import type { CodeCapture } from './capture-code.js';
import { codeFaults } from './code-faults.js';
import { type CodeFile, checkCodeManifest, type StoredFile, toPortable, type UsedPackage } from './code-manifest.js';
import type { CodePlace } from './code-place.js';
import { packageFinder } from './find-package.js';

/** A run's own code, its hashes checked. */
export interface StoredCode {
  readonly folder: string;
  readonly manifest: CodeFile;
  /** Absolute path of the config in each role. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute paths of the files that may be run. */
  readonly kept: readonly string[];
  /** Whether it differs from its manifest and is trusted anyway. */
  readonly altered: boolean;
}

/** What bare imports of stored code resolve to on this machine, with warnings about other versions. */
export interface PackageResolution {
  readonly aliases: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** The folder of each package that was found, by name. */
  readonly packages: ReadonlyMap<string, string>;
  /** The imports, each with the version that was found; the recorded version where none was. */
  readonly used: readonly UsedPackage[];
}

/** The code manifest of a run. @throws ForgeError CODE_ALTERED, FILE_SYSTEM */
export async function readCodeManifest(run: string, place: CodePlace): Promise<CodeFile> {
  const file = join(run, place.manifest);
  return checkCodeManifest(await readJson(file, { what: 'code manifest', code: 'CODE_ALTERED', strict: true }), file);
}

/**
 * Reads a code manifest and checks every file of the folder against it, so that the same code runs again.
 * @param trust receives a warning for each file that differs, and the code is used anyway. Default: it is refused. A
 * link, which may point anywhere, and a pipe, which may never end, are always refused
 * @throws ForgeError CODE_ALTERED naming the first file that differs, is missing, is a link or was added.
 */
export async function openStoredCode(
  run: string,
  place: CodePlace,
  trust?: (warning: string) => void,
): Promise<StoredCode> {
  const folder = join(run, place.folder);
  const manifest = await readCodeManifest(run, place);
  const faults = await codeFaults(folder, manifest, true);
  const added: string[] = [];
  for (const { kind, path, problem } of faults) {
    const file = join(folder, path);
    const plain = path !== '.' && (await isPlainOrMissing(file));
    if (trust === undefined || !plain) throw altered(file, problem, plain);
    trust(`${file} ${problem}. Running the code anyway, as requested.`);
    if (kind === 'foreign') added.push(path);
  }
  const entries = Object.entries(manifest.entries).map(([role, path]) => [role, join(folder, path)] as const);
  const kept = [...manifest.files.map(({ path }) => path), ...added].map((path) => join(folder, path));
  return { folder, manifest, entries: Object.fromEntries(entries), kept, altered: faults.length > 0 };
}

const codeFile = { what: 'code file', code: 'CODE_ALTERED', link: 'refuse', maxBytes: 2 ** 30 } as const;

/** Reads the current stored code, so that a run that continues with altered code stores what runs. */
export async function recapture({ folder, manifest, kept }: StoredCode): Promise<CodeCapture> {
  const contents = new Map<string, Buffer>();
  const files: StoredFile[] = [];
  for (const file of [...kept].sort()) {
    const content = await readBounded(file, codeFile).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (content === undefined) continue;
    const path = toPortable(relative(folder, file));
    contents.set(path, content);
    files.push({ path, bytes: content.length, checksum: sha256(content) });
  }
  return { manifest: { ...manifest, files }, contents };
}

/**
 * Resolves the stored code's packages from the original folder of the importing file, unless that is in a stored run,
 * then from the other folders, in order.
 */
export async function resolvePackages(
  { manifest: { root, packages } }: StoredCode,
  folders: readonly string[],
): Promise<PackageResolution> {
  const aliases = new Map<string, string>();
  const located = new Map<string, string>();
  const warnings = new Set<string>();
  const findPackage = await packageFinder();
  const origins = new Map<string, readonly string[]>();
  const used: UsedPackage[] = [];
  for (const { specifier, name, version, importer } of packages) {
    const origin = dirname(join(root, importer));
    if (!origins.has(origin)) origins.set(origin, originFolders(origin));
    const found = await findPackage(specifier, [...origins.get(origin)!, ...folders]);
    used.push({ specifier, name, version: found?.version ?? version, importer });
    if (found === undefined) continue; // resolved from the stored file, or an error when it is loaded
    aliases.set(specifier, found.file);
    if (found.folder !== null && isPackageName(name) && !located.has(name)) located.set(name, found.folder);
    if (version !== null && found.version !== null && version !== found.version) {
      warnings.add(`${name} is ${found.version} here; the run was created with ${version}.`);
    }
  }
  // A Map, because `__proto__` may be a name; Object.fromEntries turns it into an ordinary key.
  return { aliases: Object.fromEntries(aliases), warnings: [...warnings], packages: located, used };
}

/** The trusted project of a run's original folder, which comes from the run and may be anywhere, even in the run. */
export function originFolders(folder: string): string[] {
  const start = isAbsolute(folder) ? projectRoot(folder).start : undefined;
  return start === undefined ? [] : [start];
}

async function isPlainOrMissing(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined))?.isFile() !== false;
}

function altered(path: string, how: string, plain: boolean): ForgeError {
  const options = plain
    ? "Restore the file, or resume with the project's files (--code-from project), or run the altered code (--trust-code)"
    : 'Replace it with the original file';
  return new ForgeError('CODE_ALTERED', `${path} ${how}, so the run's code is not run.`, {
    about: path,
    hint: `${options}. Metrics and checkpoints can be read without it.`,
  });
}
