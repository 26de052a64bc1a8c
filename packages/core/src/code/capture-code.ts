import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { sha256 } from '../fs/checksum.js';
import { openRegularFile, readWholeFile } from '../fs/open-regular-file.js';
import { formatVersion } from '../schema/format-version.js';
import { packageNameOf } from '../text/package-name.js';
import { type CodeFile, type MissingFile, type StoredFile, toPortable, type UsedPackage } from './code-manifest.js';
import { packageFinder } from './find-package.js';
import { whyNotInstallable } from './local-package.js';
import { filesNamedByUrl } from './needed-files.js';
import { governingFiles } from './project-files.js';
import { type TraceEntry, traceImports } from './trace-imports.js';

/** The code of a run, read once and kept in memory until the run's folder exists. */
export interface CodeCapture {
  readonly manifest: CodeFile;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/**
 * Reads the whole local import closure of the configs, with their package.json and tsconfig.json files.
 * @param entries the config files by role (`data`, `model`)
 * @param provided bare specifiers that the running core and engine provide; their versions are in run.json
 */
export async function captureCode(
  entries: Readonly<Record<string, TraceEntry>>,
  provided: readonly string[],
): Promise<CodeCapture> {
  const traced = await traceImports(Object.values(entries));
  const governing = await governingFiles(traced.files);
  const paths = [...new Set([...traced.files, ...governing.files])].sort();
  const root = commonFolder(paths);
  const contents = new Map<string, Buffer>();
  const files: StoredFile[] = [];
  const named = new Map<string, string>();
  for (const path of paths) {
    const content = await contentOf(path);
    const stored = toPortable(relative(root, path));
    contents.set(stored, content);
    files.push({ path: stored, bytes: content.length, checksum: sha256(content) });
    for (const file of await filesNamedByUrl(path, content)) named.set(toPortable(relative(root, file)), stored);
  }
  const roles: Record<string, string> = {};
  for (const [role, { path }] of Object.entries(entries))
    roles[role] = toPortable(relative(root, await realpath(path)));
  const missing = new Map<string, MissingFile>(governing.missing.map((entry) => [entry.name, entry]));
  for (const [name, by] of named) {
    if (!contents.has(name)) missing.set(name, { name, reason: `used in ${by}, not stored` });
  }
  const packages: UsedPackage[] = [];
  const findPackage = await packageFinder();
  for (const [specifier, importer] of traced.packages) {
    if (provided.includes(specifier)) continue;
    const name = packageNameOf(specifier);
    const found = await findPackage(specifier, [dirname(importer)]);
    packages.push({ specifier, name, version: found?.version ?? null, importer: toPortable(relative(root, importer)) });
    // Every entry point of a provided package is available wherever the run is loaded.
    const isProvided = provided.some((other) => packageNameOf(other) === name);
    const reason = found === undefined || isProvided ? undefined : await whyNotInstallable(name, found);
    if (reason !== undefined) missing.set(name, { name, reason });
  }
  const manifest: CodeFile = {
    formatVersion,
    root,
    entries: roles,
    files,
    packages,
    missing: [...missing.values()],
  };
  return { manifest, contents };
}

/** The bytes of a regular file; refuses a pipe or device. */
export async function contentOf(path: string): Promise<Buffer> {
  const handle = await openRegularFile(path);
  try {
    return await readWholeFile(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

function commonFolder(paths: readonly string[]): string {
  const split = paths.map((path) => dirname(path).split(sep));
  const [first = []] = split;
  let depth = 0;
  while (depth < first.length && split.every((parts) => parts[depth] === first[depth])) depth++;
  return first.slice(0, depth).join(sep) || join(sep);
}
