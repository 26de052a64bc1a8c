import { dirname } from 'node:path';
import { findUpwards } from '../files/find-upwards.js';
import { type PluginManifest, readPackage, readPlugin } from './plugin-manifest.js';

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

function above(file: string): string | undefined {
  const folder = dirname(file);
  return dirname(folder) === folder ? undefined : findUpwards('package.json', dirname(folder));
}
