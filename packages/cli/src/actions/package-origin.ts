import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { readInstalledPackages } from '@forge-ml/core/plugins';

/**
 * The package.json spec that installs one of Forge's packages from where this Forge was installed from: a tarball, a
 * folder or the registry. Generated projects can thus be installed before a version is published.
 * @param name `@forge-ml/core`
 * @param version the version to take from the registry
 * @param folders searched for installed packages first
 */
export function dependencySpec(name: string, version: string, folders: readonly string[]): string {
  const places = [...folders.map((folder) => join(folder, 'noop.js')), import.meta.url];
  const own = originOf('@forge-ml/cli', places);
  const origin = originOf(name, places) ?? (own === undefined ? undefined : siblingOf(own, name));
  return origin === undefined ? `^${version}` : `file:${origin}`;
}

/** The tarball or folder that a package was installed from; undefined if that was a registry, or it is gone. */
function originOf(name: string, places: readonly string[]): string | undefined {
  const folder = places.map((place) => packageFolder(name, place)).find((found) => found !== undefined);
  if (folder === undefined) return undefined;
  const modules = folder.lastIndexOf(`${sep}node_modules${sep}`);
  // A link to a checkout.
  if (modules < 0) return folder;
  const root = folder.slice(0, modules);
  const { resolved } = readInstalledPackages(root).get(`node_modules/${name}`) ?? {};
  if (!resolved?.startsWith('file:')) return undefined;
  const path = resolve(root, resolved.slice('file:'.length));
  return existsSync(path) ? path : undefined;
}

function packageFolder(name: string, place: string): string | undefined {
  try {
    return dirname(realpathSync(createRequire(place).resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}

/** The tarball or folder of another Forge package next to this one. */
function siblingOf(own: string, name: string): string | undefined {
  const candidate = own.endsWith('.tgz')
    ? join(dirname(own), basename(own).replace('forge-ml-cli', name.replace('@', '').replace('/', '-')))
    : join(dirname(own), name.slice(name.indexOf('/') + 1));
  return existsSync(candidate) ? candidate : undefined;
}
