import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findUp } from '../fs/find-up.js';
import { readPackageJson } from '../json/package-json.js';
import { packageNameOf } from '../text/package-name.js';

export interface FoundPackage {
  /** The file the specifier resolves to. */
  readonly file: string;
  readonly version: string | null;
  /** The package's own folder; null where no package.json there has its name. */
  readonly folder: string | null;
}

/** Resolves a bare specifier as code in the first of these folders that can would resolve it. */
export type FindPackage = (specifier: string, folders: readonly string[]) => Promise<FoundPackage | undefined>;

/** Makes what finds many packages: making a resolver for each takes milliseconds, and a run may name thousands. */
export async function packageFinder(): Promise<FindPackage> {
  // Loaded on demand: commands that only look at runs resolve no package.
  const { createJiti } = await import('jiti');
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
    // Some packages put a nameless package.json into dist/ to set the module type: go on to the real one.
    if (content.name === name) return { version: content.version ?? null, folder: dirname(manifest) };
    if (dirname(manifest) === dirname(dirname(manifest))) return { version: null, folder: null };
    folder = dirname(dirname(manifest));
  }
}
