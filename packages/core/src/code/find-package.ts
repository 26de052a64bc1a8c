import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findUp } from '../fs/find-up.js';
import { requirePackage } from '../fs/require-package.js';
import { readPackageJson } from '../json/package-json.js';
import { packageNameOf } from '../text/package-name.js';

export interface FoundPackage {
  /** The file the specifier resolves to. */
  readonly file: string;
  readonly version: string | null;
  /** The package's own folder; null if no package.json with its name was found. */
  readonly folder: string | null;
}

/** Resolves a bare specifier from the first of these folders that can resolve it. */
export type FindPackage = (specifier: string, folders: readonly string[]) => Promise<FoundPackage | undefined>;

/** Shares one resolver: creating one takes milliseconds, and a run may import thousands of packages. */
export async function packageFinder(): Promise<FindPackage> {
  // Loaded on demand: read-only commands resolve no package.
  const { createJiti } = requirePackage('jiti');
  const resolver = createJiti(import.meta.url);
  return async (specifier, folders) => {
    for (const folder of folders) {
      const parentURL = pathToFileURL(join(folder, 'noop.js'));
      const url = resolver.esmResolve(specifier, { parentURL, try: true });
      if (url?.startsWith('file:')) {
        const file = fileURLToPath(url);
        return { file, ...packageAround(file, packageNameOf(specifier)) };
      }
    }
    return undefined;
  };
}

function packageAround(file: string, name: string): Pick<FoundPackage, 'version' | 'folder'> {
  for (let folder = dirname(file); ; ) {
    const manifest = findUp('package.json', folder);
    if (manifest === undefined) return { version: null, folder: null };
    const content = readPackageJson(manifest);
    // Some packages have a package.json without a name in dist/, to set the module type.
    if (content.name === name) return { version: content.version ?? null, folder: dirname(manifest) };
    if (dirname(manifest) === dirname(dirname(manifest))) return { version: null, folder: null };
    folder = dirname(dirname(manifest));
  }
}
