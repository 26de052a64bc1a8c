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

/** Every plugin that a project in one of these folders, or above them, depends on; nearest first, each once. */
export async function discoverPlugins(folders: readonly string[]): Promise<PluginManifest[]> {
  const found = new Map<string, PluginManifest>();
  const seen = new Set<string>();
  for (const folder of folders) {
    for (let file = findUpwards('package.json', folder); file !== undefined; file = above(file)) {
      if (seen.has(file)) break;
      seen.add(file);
      const project = await readPackage(file);
      const names = { ...project.devDependencies, ...project.optionalDependencies, ...project.dependencies };
      const manifests = await Promise.all(Object.keys(names).map((name) => readPlugin(name, dirname(file as string))));
      for (const manifest of manifests) {
        if (manifest !== undefined && !found.has(manifest.package)) found.set(manifest.package, manifest);
      }
    }
  }
  return [...found.values()];
}

/** The plugin of that package name, as installed for code in the folder. */
export async function readPlugin(name: string, folder: string): Promise<PluginManifest | undefined> {
  const file = findUpwards(join('node_modules', name, 'package.json'), folder);
  if (file === undefined) return undefined;
  const { version = '0.0.0', forge } = await readPackage(file);
  if (typeof forge?.plugin !== 'string') return undefined;
  const { plugin, port, backends, commands, exporters } = forge;
  return {
    package: name,
    version,
    folder: dirname(file),
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
