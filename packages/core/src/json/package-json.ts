import { dirname, join } from 'node:path';
import type { ErrorCode } from '../errors/forge-error.js';
import { fsError } from '../fs/fs-error.js';
import { readRegularFile } from '../fs/read-regular-file.js';
import { isObject } from './is-object.js';
import { type JsonFile, parseJsonText } from './json-file.js';

/** Names and version ranges, as a package.json lists them. */
export type Dependencies = Readonly<Record<string, string>>;

/** A package.json. A field of the wrong type counts as missing. */
export interface PackageJson {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly dependencies: Dependencies;
  readonly devDependencies: Dependencies;
  readonly optionalDependencies: Dependencies;
  readonly peerDependencies: Dependencies;
  /** The whole file, unchecked. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** A package in npm's lock file. */
export interface LockedPackage {
  readonly version?: string;
  /** Where it was installed from. */
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const maxBytes = 4 * 1024 * 1024;

/**
 * Reads a package.json: only a regular file of at most 4 MiB, without blocking on a pipe.
 * @param code the error code for invalid content
 * @throws ForgeError FILE_SYSTEM if it cannot be read, or `code`
 */
export function readPackageJson(file: string, code: ErrorCode = 'FILE_SYSTEM'): PackageJson {
  const content = readObject(file, { what: 'package file', code, maxBytes });
  const { name, version } = content;
  return {
    name: typeof name === 'string' ? name : undefined,
    version: typeof version === 'string' ? version : undefined,
    dependencies: stringsOf(content.dependencies),
    devDependencies: stringsOf(content.devDependencies),
    optionalDependencies: stringsOf(content.optionalDependencies),
    peerDependencies: stringsOf(content.peerDependencies),
    content,
  };
}

/** The same; undefined if it cannot be read. */
export function tryReadPackageJson(file: string): PackageJson | undefined {
  return optional(() => readPackageJson(file));
}

/** The nearest readable package.json, in a folder or a parent. */
export function nearestPackageJson(folder: string): PackageJson | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = tryReadPackageJson(join(at, 'package.json'));
    if (found !== undefined || dirname(at) === at) return found;
  }
}

/**
 * The packages that npm installed in a folder's `node_modules`, by path, such as `node_modules/@a/b`. Empty if npm's
 * lock file cannot be read.
 */
export function readInstalledPackages(folder: string): ReadonlyMap<string, LockedPackage> {
  const file = join(folder, 'node_modules', '.package-lock.json');
  const packages = optional(() => readObject(file, { what: 'lock file', code: 'FILE_SYSTEM' }))?.packages;
  return new Map(isObject(packages) ? Object.entries(packages).map(([path, entry]) => [path, locked(entry)]) : []);
}

function locked(entry: unknown): LockedPackage {
  const { version, resolved, hasInstallScript } = isObject(entry) ? entry : {};
  return {
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof resolved === 'string' ? { resolved } : {}),
    hasInstallScript: hasInstallScript === true,
  };
}

function readObject(file: string, options: JsonFile): Readonly<Record<string, unknown>> {
  try {
    return parseJsonText(readRegularFile(file, options).text, file, options);
  } catch (error) {
    throw fsError(error, file, `read the ${options.what}`);
  }
}

function optional<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function stringsOf(value: unknown): Dependencies {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
