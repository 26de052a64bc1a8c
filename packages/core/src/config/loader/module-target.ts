import { isBuiltin } from 'node:module';
import { isAbsolute, normalize, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isPackageName, packageNameOf } from '../../text/package-name.js';
import type { JitiOf } from './module-resolver.js';

/** What an import resolves to. */
export type ModuleTarget =
  /** A module passed to the loader. */
  | { readonly kind: 'provided'; readonly module: unknown }
  /** A file that the loader evaluates itself. */
  | { readonly kind: 'file'; readonly path: string }
  /** A module that Node loads, once for the process: by URL for `import`, by name or path for `require`. */
  | { readonly kind: 'native'; readonly address: string; readonly path?: string };

/** @param importer the path of the importing file */
export type FindTarget = (specifier: string, importer: string, how: 'import' | 'require') => ModuleTarget;

/** @param provided modules by bare specifier */
export function createTargets(jitiOf: JitiOf, provided: Readonly<Record<string, unknown>>): FindTarget {
  const names = new Set(Object.keys(provided).map(packageNameOf));
  return (specifier, importer, how) => {
    if (Object.hasOwn(provided, specifier)) return { kind: 'provided', module: provided[specifier] };
    if (isBuiltin(specifier) || specifier.startsWith('data:')) return { kind: 'native', address: specifier };
    const name = packageNameOf(specifier);
    // Other entry points of Forge come from the running copy, not from the importer's.
    const found =
      name === '@forge-ml/core'
        ? import.meta.resolve(specifier)
        : how === 'import'
          ? jitiOf(importer).esmResolve(specifier)
          : jitiOf(importer).resolve(specifier);
    const path = found.startsWith('file:') ? fileURLToPath(found) : isAbsolute(found) ? normalize(found) : found;
    // Other entry points of a provided package are loaded by Node, to share state with the provided instance.
    const isProvided = isPackageName(name) && names.has(name);
    const folder = packageFolderOf(path);
    const isOwn = folder === '' || folder === packageFolderOf(importer);
    if (isReadable(path) && isOwn && !isProvided) return { kind: 'file', path };
    return { kind: 'native', address: how === 'import' ? hrefOf(path) : path, path };
  };
}

/** Whether the compiler can read such a file. */
export function isReadable(path: string): boolean {
  return /\.(?:[cm]?[jt]s|tsx|json)$/.test(path);
}

/** The URL of a resolved path or URL. */
export function hrefOf(found: string): string {
  return isAbsolute(found) ? pathToFileURL(found).href : found;
}

/** The folder of the innermost package that a file is part of; empty outside of `node_modules`. */
function packageFolderOf(path: string): string {
  const marker = `${sep}node_modules${sep}`;
  const start = path.lastIndexOf(marker);
  if (start === -1) return '';
  const rest = path.slice(start + marker.length).split(sep);
  return path.slice(0, start) + marker + packageNameOf(rest.join('/'));
}
