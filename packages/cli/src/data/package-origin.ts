import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';

/**
 * What a package.json must say to install one of Forge's packages from where this Forge came from: the tarball or the
 * folder it was installed from, else the registry. So what is generated installs before a version is published, too.
 * @param name `@forge-ml/core`
 * @param version what the registry is asked for
 * @param folders where installed packages are looked for before those beside this command
 */
export async function packageSpec(name: string, version: string, folders: readonly string[]): Promise<string> {
  const places = [...folders.map((folder) => join(folder, 'noop.js')), import.meta.url];
  const own = await originOf('@forge-ml/cli', places);
  const origin = (await originOf(name, places)) ?? (own === undefined ? undefined : besides(own, name));
  return origin === undefined ? `^${version}` : `file:${origin}`;
}

/** The tarball or folder that an installed package came from; undefined where that was a registry, or it is not there. */
async function originOf(name: string, places: readonly string[]): Promise<string | undefined> {
  const folder = places.map((place) => packageFolder(name, place)).find((found) => found !== undefined);
  if (folder === undefined) return undefined;
  const modules = folder.lastIndexOf(`${sep}node_modules${sep}`);
  // A link to a checkout.
  if (modules < 0) return folder;
  const root = folder.slice(0, modules);
  const entry = (await lockOf(root))?.packages?.[`node_modules/${name}`];
  if (!entry?.resolved?.startsWith('file:')) return undefined;
  const path = resolve(root, entry.resolved.slice('file:'.length));
  return existsSync(path) ? path : undefined;
}

function packageFolder(name: string, place: string): string | undefined {
  try {
    return dirname(realpathSync(createRequire(place).resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}

interface Lock {
  readonly packages?: Readonly<Record<string, { readonly resolved?: string }>>;
}

/** npm writes what it installed, and from where, into the installed tree. */
async function lockOf(root: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(join(root, 'node_modules', '.package-lock.json'), 'utf8')) as Lock;
  } catch {
    return undefined;
  }
}

/** Where the package is, packed or as a folder, if it was made together with this one. */
function besides(own: string, name: string): string | undefined {
  const candidate = own.endsWith('.tgz')
    ? join(dirname(own), basename(own).replace('forge-ml-cli', name.replace('@', '').replace('/', '-')))
    : join(dirname(own), name.slice(name.indexOf('/') + 1));
  return existsSync(candidate) ? candidate : undefined;
}
