import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { packageNameOf } from '../config/package-name.js';
import { sha256 } from '../files/checksum.js';
import { formatVersion } from '../files/format-version.js';
import { openRegularFile, readWholeFile } from '../files/open-regular-file.js';
import { type CodeManifest, type StoredFile, toPortable, type UsedPackage } from './code-manifest.js';
import { findPackage } from './find-package.js';
import { governingFiles } from './project-files.js';
import { type TraceEntry, traceImports } from './trace-imports.js';

/** The code of a run, read once and held until the run's folder exists. */
export interface CodeCapture {
  readonly manifest: CodeManifest;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/**
 * Reads the whole local import closure of the configs, with the package.json and tsconfig.json files that govern it.
 * @param entries the config files by role (`data`, `model`)
 * @param provided bare specifiers that the running core and engine provide; their versions stand in run.json
 */
export async function captureCode(
  entries: Readonly<Record<string, TraceEntry>>,
  provided: readonly string[],
): Promise<CodeCapture> {
  const traced = await traceImports(Object.values(entries));
  const paths = [...new Set([...traced.files, ...(await governingFiles(traced.files))])].sort();
  const root = commonFolder(paths);
  const contents = new Map<string, Buffer>();
  const files: StoredFile[] = [];
  for (const path of paths) {
    const content = await contentOf(path);
    const stored = toPortable(relative(root, path));
    contents.set(stored, content);
    files.push({ path: stored, bytes: content.length, checksum: sha256(content) });
  }
  const roles: Record<string, string> = {};
  for (const [role, { path }] of Object.entries(entries))
    roles[role] = toPortable(relative(root, await realpath(path)));
  const packages = await Promise.all(
    traced.packages
      .filter(([specifier]) => !provided.includes(specifier))
      .map(([specifier, importer]) => describePackage(specifier, importer, root)),
  );
  return { manifest: { formatVersion, root, entries: roles, files, packages, missing: [] }, contents };
}

async function describePackage(specifier: string, importer: string, root: string): Promise<UsedPackage> {
  const found = await findPackage(specifier, [dirname(importer)]);
  return {
    specifier,
    name: packageNameOf(specifier),
    version: found?.version ?? null,
    importer: toPortable(relative(root, importer)),
  };
}

async function contentOf(path: string): Promise<Buffer> {
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
