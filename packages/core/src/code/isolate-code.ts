import { existsSync, realpathSync, rmSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { cacheFolder } from '../fs/cache-folder.js';
import { makeFolder } from '../fs/durable-folder.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { copyToNewFile } from '../fs/safe-files.js';
import type { PackageResolution, StoredCode } from './stored-code.js';

/** What decides, from a folder above a file, which package the file's imports mean. */
const deciding = ['node_modules', 'package.json'];

/**
 * Stored code that finds packages in trusted folders only. The code's hashes do not cover what is in the folders above
 * it, and Node searches those for packages: where one has any, the code is loaded from a copy elsewhere.
 * @param trusted folders whose packages may be used, as may those of every folder above them
 * @param packages the folders of those that the copy may import
 * @param warn is told what is ignored
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

/** Packages in a folder above, and none of the trusted folders is in that folder or is it. */
function untrustedPackages(folder: string, trusted: readonly string[]): string | undefined {
  const places = trusted.flatMap((place) => [place, realOf(place)]);
  for (const start of new Set([dirname(folder), dirname(realOf(folder))])) {
    for (let above = start; !places.some((place) => isIn(place, above)); above = dirname(above)) {
      const found = deciding.map((name) => join(above, name)).find((path) => existsSync(path));
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

/** Copies the files that may be run; the copy is there until the process ends, for what is imported later. */
async function copyCode({ folder, kept }: StoredCode, packages: PackageResolution['packages']): Promise<string> {
  const home = cacheFolder();
  try {
    await makeFolder(home);
    const copy = await mkdtemp(join(home, 'code-'));
    if (copies.size === 0) process.once('exit', removeCopies);
    copies.add(copy);
    for (const file of kept) {
      const to = join(copy, relative(folder, file));
      await makeFolder(dirname(to));
      await copyToNewFile(file, to).catch((error: unknown) => {
        // Of code that was altered and is trusted, a file may be gone.
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
    throw fsError(error, home, "copy the run's code to");
  }
}

function removeCopies(): void {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
