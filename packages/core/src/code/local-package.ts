import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { findUp } from '../fs/find-up.js';
import { readInstalledPackages, tryReadPackageJson } from '../json/package-json.js';
import type { FoundPackage } from './find-package.js';

/**
 * Why a package cannot be installed again by its name and version, so that a run that needs it is incomplete;
 * undefined if it can, as packages of a registry.
 */
export async function whyNotInstallable(name: string, { file, version }: FoundPackage): Promise<string | undefined> {
  const real = await realpath(file).catch(() => file);
  if (!real.includes(`${sep}node_modules${sep}`)) return 'a package in a local folder, which is not stored';
  const { resolved, isPrivate } = installedAs(name, file);
  if (resolved?.startsWith('file:')) return `a package installed from ${resolved}, which is not stored`;
  if (isPrivate) return 'a private package, which is not stored';
  return version === null ? 'a package without a version, which is not stored' : undefined;
}

/** The source of the package in npm's lock file, and whether its package.json is private. */
function installedAs(name: string, file: string): { resolved: string | undefined; isPrivate: boolean } {
  const parts = file.split(`${sep}node_modules${sep}`);
  const installed = `${parts.slice(0, -1).join(`${sep}node_modules${sep}`)}${sep}node_modules${sep}${name.split('/').join(sep)}`;
  const isPrivate = tryReadPackageJson(join(installed, 'package.json'))?.content.private === true;
  const lock = findUp(join('node_modules', '.package-lock.json'), dirname(file));
  if (lock === undefined) return { resolved: undefined, isPrivate };
  const root = dirname(dirname(lock));
  const { resolved } = readInstalledPackages(root).get(relative(root, installed).split(sep).join('/')) ?? {};
  return { resolved, isPrivate };
}
