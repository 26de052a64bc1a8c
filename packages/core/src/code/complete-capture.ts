import { realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FileRead } from '../config/loader/file-reads.js';
import { sha256 } from '../fs/checksum.js';
import { isPathTraversal } from '../fs/path-traversal.js';
import { type CodeCapture, contentOf } from './capture-code.js';
import { type MissingFile, type StoredFile, toPortable } from './code-manifest.js';

/** The most that Node reads into one buffer. */
const mostBytes = 2 ** 31 - 1;

/**
 * Completes the code after the configs were loaded: stores files that a stored file refers to, and lists other files
 * that were read as missing.
 * @param directory paths below it are named relative to it
 */
export async function completeCapture(
  { manifest, contents }: CodeCapture,
  reads: Iterable<FileRead>,
  directory: string,
): Promise<CodeCapture> {
  const { root } = manifest;
  const stored = new Map(contents);
  const files: StoredFile[] = [...manifest.files];
  const missing = new Map<string, MissingFile>(manifest.missing.map((entry) => [nameOf(entry.name, root), entry]));
  const isStored = async (path: string) => stored.has(pathIn(root, path)) || stored.has(pathIn(root, await real(path)));
  for (const { path, by, partOf } of reads) {
    if (await isStored(path)) continue;
    const place = pathIn(root, await real(path));
    const fits = async () => ((await stat(path)).size <= mostBytes ? contentOf(path) : undefined);
    const belongs = partOf !== undefined && !isPathTraversal(place) && (await isStored(partOf));
    const content = belongs ? await fits().catch(() => undefined) : undefined;
    if (content === undefined) {
      missing.set(path, { name: shown(path, directory), reason: `read by ${by}, not stored` });
      continue;
    }
    stored.set(place, content);
    missing.delete(path);
    files.push({ path: place, bytes: content.length, checksum: sha256(content) });
  }
  return { manifest: { ...manifest, files, missing: [...missing.values()] }, contents: stored };
}

function pathIn(root: string, path: string): string {
  return toPortable(relative(root, path));
}

/** The key of a missing entry: for a file its absolute path, as in `reads`. */
function nameOf(name: string, root: string): string {
  return isPathTraversal(name) ? name : join(root, name);
}

function shown(path: string, directory: string): string {
  const way = relative(directory, path);
  return isPathTraversal(way) ? path : toPortable(way);
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** A message about what a run does not store; undefined if nothing is missing. */
export function describeMissing(missing: readonly MissingFile[]): string | undefined {
  if (missing.length === 0) return undefined;
  const listed = missing.slice(0, 10).map(({ name, reason }) => `${name} (${reason})`);
  const more = missing.length > 10 ? `; and ${missing.length - 10} more, see code.json` : '';
  return `This run does not store everything that loading it needs: ${listed.join('; ')}${more}. Keep these, or list small files in the config's \`files\`.`;
}
