import { existsSync, realpathSync, rmSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { cacheFolder } from '../fs/cache-folder.js';
import { makeFolder } from '../fs/durable-folder.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { copyToNewFile } from '../fs/safe-files.js';
import type { PackageResolution, StoredCode } from './stored-code.js';

/** Names that, in a parent folder of a file, affect how its imports resolve. */
const packageRoots = ['node_modules', 'package.json'];

/**
 * Stored code that finds packages in trusted folders only. Node also searches the code's parent folders for packages,
 * and the code's hashes do not cover these: if there are any, the code is loaded from a copy in another folder.
 * @param trusted folders whose packages may be used, and those of all their parent folders
 * @param packages the folders of the packages that the copy may import
 * @param warn receives a warning about the ignored packages
 */
export async function isolateCode(
  code: StoredCode,
  trusted: readonly string[],
  packages: PackageResolution['packages'],
  warn: (message: string) => void,
): Promise<StoredCode> {
  const ignored = untrustedPackages(code.folder, trusted);
  if (ignored === undefined) return code;
  const folder = await copyCode(code, packages);
  const moved = (path: string) => join(folder, relative(code.folder, path));
  warn(`Ignored ${ignored}: a run's files are not trusted. The run's code is loaded from a copy, ${folder}.`);
  return {
    ...code,
    folder,
    entries: Object.fromEntries(Object.entries(code.entries).map(([role, path]) => [role, moved(path)])),
    kept: code.kept.map(moved),
  };
}

/** A package root in a parent folder that is neither a trusted folder nor the parent of one. */
function untrustedPackages(folder: string, trusted: readonly string[]): string | undefined {
  const places = trusted.flatMap((place) => [place, realOf(place)]);
  for (const start of new Set([dirname(folder), dirname(realOf(folder))])) {
    for (let above = start; !places.some((place) => isIn(place, above)); above = dirname(above)) {
      const found = packageRoots.map((name) => join(above, name)).find((path) => existsSync(path));
      if (found !== undefined) return found;
      if (dirname(above) === above) break;
    }
  }
  return undefined;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const copies = new Set<string>();

/** Copies the files that may be run. The copy exists until the process ends, for later imports. */
async function copyCode({ folder, kept }: StoredCode, packages: PackageResolution['packages']): Promise<string> {
  const cache = cacheFolder();
  try {
    await makeFolder(cache);
    const copy = await mkdtemp(join(cache, 'code-'));
    if (copies.size === 0) process.once('exit', removeCopies);
    copies.add(copy);
    for (const file of kept) {
      const to = join(copy, relative(folder, file));
      await makeFolder(dirname(to));
      await copyToNewFile(file, to).catch((error: unknown) => {
        // A file of trusted altered code may be missing.
        if (!isMissing(error)) throw error;
      });
    }
    for (const [name, place] of packages) {
      const link = join(copy, 'node_modules', name);
      // The code may have stored files of a package, such as a base of its tsconfig.json.
      if (existsSync(link)) continue;
      await makeFolder(dirname(link));
      await symlink(place, link, 'junction');
    }
    return copy;
  } catch (error) {
    throw fsError(error, cache, "copy the run's code to");
  }
}

function removeCopies(): void {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
