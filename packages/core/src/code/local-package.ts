import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { findUpwards } from '../files/find-upwards.js';
import { readJson } from '../files/json-file.js';
import type { FoundPackage } from './find-package.js';

/**
 * Why a package cannot be installed again by its name and version, so that a run that needs it holds too little;
 * undefined for one that can: packages of a registry are not stored.
 */
export async function whyNotInstallable(name: string, { file, version }: FoundPackage): Promise<string | undefined> {
  const real = await realpath(file).catch(() => file);
  if (!real.includes(`${sep}node_modules${sep}`)) return 'a package in a local folder, which is not stored';
  const { resolved, isPrivate } = await installedAs(name, file);
  if (resolved?.startsWith('file:')) return `a package installed from ${resolved}, which is not stored`;
  if (isPrivate) return 'a private package, which is not stored';
  return version === null ? 'a package without a version, which is not stored' : undefined;
}

/** What npm wrote of where it had the package from, and what the package says of itself. */
async function installedAs(name: string, file: string): Promise<{ resolved?: string; isPrivate: boolean }> {
  const parts = file.split(`${sep}node_modules${sep}`);
  const installed = `${parts.slice(0, -1).join(`${sep}node_modules${sep}`)}${sep}node_modules${sep}${name.split('/').join(sep)}`;
  const own = await jsonOf(join(installed, 'package.json'));
  const lock = findUpwards(join('node_modules', '.package-lock.json'), dirname(file));
  const packages = lock === undefined ? undefined : (await jsonOf(lock)).packages;
  const entry =
    lock === undefined
      ? undefined
      : (packages as Record<string, { resolved?: unknown }> | undefined)?.[lockKey(lock, installed)];
  const resolved = entry?.resolved;
  return { isPrivate: own.private === true, ...(typeof resolved === 'string' ? { resolved } : {}) };
}

function lockKey(lock: string, installed: string): string {
  return installed
    .slice(dirname(dirname(lock)).length + 1)
    .split(sep)
    .join('/');
}

async function jsonOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  return readJson(path, { what: 'package file', code: 'FILE_SYSTEM' }).catch(() => ({}));
}
