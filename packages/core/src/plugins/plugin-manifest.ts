import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findUpwards } from '../files/find-upwards.js';

/** What a package says of itself under the `forge` key of its package.json, read without running any of it. */
export interface PluginManifest {
  readonly package: string;
  readonly version: string;
  readonly folder: string;
  /** The module to import, relative to the folder. */
  readonly plugin: string;
  readonly port: number;
  readonly backends: readonly string[];
  readonly commands: readonly string[];
  /** Formats that it can export checkpoints in. */
  readonly exporters: readonly string[];
}

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly forge?: Readonly<Record<'plugin' | 'port' | 'backends' | 'commands' | 'exporters', unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The plugins that a project in this folder, or in one above it, depends on; nearest first. */
export async function pluginsOfProject(folder: string): Promise<PluginManifest[]> {
  const found: PluginManifest[] = [];
  for (let file = findUpwards('package.json', folder); file !== undefined; file = above(file)) {
    found.push(...(await pluginsNamedBy(file)));
  }
  return found;
}

/** The plugins that a package.json names as dependencies, where they are installed for it. */
export async function pluginsNamedBy(file: string): Promise<PluginManifest[]> {
  const project = await readPackage(file);
  const names = { ...project.devDependencies, ...project.optionalDependencies, ...project.dependencies };
  const manifests = await Promise.all(Object.keys(names).map((name) => readPlugin(name, dirname(file))));
  return manifests.filter((manifest) => manifest !== undefined);
}

/** The plugin of that package name, as installed for code in the folder. */
export async function readPlugin(name: string, folder: string): Promise<PluginManifest | undefined> {
  const file = findUpwards(join('node_modules', name, 'package.json'), folder);
  return file === undefined ? undefined : readPluginIn(dirname(file));
}

/** The plugin that a package's own folder holds; undefined where the package is none. */
export async function readPluginIn(folder: string): Promise<PluginManifest | undefined> {
  const { name, version = '0.0.0', forge } = await readPackage(join(folder, 'package.json'));
  if (name === undefined || typeof forge?.plugin !== 'string') return undefined;
  const { plugin, port, backends, commands, exporters } = forge;
  return {
    package: name,
    version,
    folder,
    plugin,
    port: Number(port),
    backends: stringsIn(backends),
    commands: stringsIn(commands),
    exporters: stringsIn(exporters),
  };
}

function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function above(file: string): string | undefined {
  const folder = dirname(file);
  return dirname(folder) === folder ? undefined : findUpwards('package.json', dirname(folder));
}

/** A package.json that cannot be read has nothing to offer; it is npm's to complain about. */
async function readPackage(file: string): Promise<PackageJson> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) ?? {}) as PackageJson;
  } catch {
    return {};
  }
}
