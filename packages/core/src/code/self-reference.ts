import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import type { Jiti } from 'jiti';
import { findUp } from '../fs/find-up.js';
import { tryReadPackageJson } from '../json/package-json.js';
import { packageNameOf } from '../text/package-name.js';

/** Resolves imports of a package by its own name to the local files in its `exports`. */
export function followSelfReferences({ esmResolve }: Jiti): Plugin {
  return {
    name: 'self-references',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./#]/ }, ({ path, importer }) => {
        const folder = dirname(importer);
        if (importer === '' || !namesItself(packageNameOf(path), folder)) return undefined;
        const parentURL = pathToFileURL(join(folder, 'noop.js'));
        const url = esmResolve(path, { parentURL, try: true });
        const file = url?.startsWith('file:') ? fileURLToPath(url) : undefined;
        return file !== undefined && existsSync(file) ? { path: file } : undefined;
      });
    },
  };
}

/** Node's rule for self-references: the nearest package.json has that name, and `exports`. */
function namesItself(name: string, folder: string): boolean {
  const manifest = findUp('package.json', folder);
  const own = manifest === undefined ? undefined : tryReadPackageJson(manifest);
  return own?.name === name && own.content.exports !== undefined;
}
