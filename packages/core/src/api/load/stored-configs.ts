import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Engine } from '../../backend/backend.js';
import type { UsedPackage } from '../../code/code-manifest.js';
import { isolateCode } from '../../code/isolate-code.js';
import { originFolders, resolvePackages, type StoredCode } from '../../code/stored-code.js';
import type { ConfigRole } from '../../config/define.js';
import { type ConfigModule, readConfigModule } from '../../config/loader/config-module.js';
import { createModuleLoader, type ModuleLoader } from '../../config/loader/module-loader.js';
import { ForgeError } from '../../errors/forge-error.js';
import { isPathTraversal } from '../../fs/path-traversal.js';
import { datasetOpener } from '../data/open-dataset.js';
import { packageFolders } from '../prepare/package-folders.js';
import type { Services } from '../services/services.js';

/** Both configs of stored code. */
export interface StoredConfigs {
  readonly data: ConfigModule;
  readonly model: ConfigModule;
}

/** Reads both configs from the code stored in a run. */
export async function readStoredConfigs(
  services: Services,
  code: StoredCode,
  engine: Engine,
  origin: string,
): Promise<StoredConfigs & { packages: readonly UsedPackage[] }> {
  const { read, packages } = await openStoredConfigs(services, code, engine, origin);
  return { ...(await read()), packages };
}

/**
 * Finds the packages of stored code, once for any number of runs.
 * @returns `read` evaluates the code again at each call: runs in one process share no state of its modules
 */
export async function openStoredConfigs(
  services: Services,
  code: StoredCode,
  engine: Engine,
  origin: string,
): Promise<{ read(): Promise<StoredConfigs>; packages: readonly UsedPackage[] }> {
  const { newLoader, entryOf, used } = await storedLoader(services, code, engine, origin);
  const read = async () => {
    const loader = await newLoader();
    return {
      data: await readConfigModule(loader, entryOf('data')),
      model: await readConfigModule(loader, entryOf('model')),
    };
  };
  return { read, packages: used };
}

/** Reads only the model config: the packages that only the data config imports need not be installed. */
export async function readStoredModel(
  services: Services,
  code: StoredCode,
  engine: Engine,
  origin: string,
): Promise<ConfigModule> {
  const { newLoader, entryOf } = await storedLoader(services, code, engine, origin);
  return readConfigModule(await newLoader(), entryOf('model'));
}

/** @param origin the directory in which the run was made, for its relative paths */
async function storedLoader(
  services: Services,
  stored: StoredCode,
  engine: Engine,
  origin: string,
): Promise<{ newLoader(): Promise<ModuleLoader>; entryOf(role: ConfigRole): string; used: readonly UsedPackage[] }> {
  const environment = services.environment;
  const folders = packageFolders(environment);
  const { aliases, warnings, packages, used } = await resolvePackages(stored, folders);
  const trusted = [...folders, ...originFolders(stored.manifest.root)];
  const code = await isolateCode(stored, trusted, packages, (message) => environment.warn(message));
  for (const warning of warnings) environment.warn(warning);
  let read: Pick<ModuleLoader, 'files'> | undefined;
  const newLoader = async () => {
    const loader = await createModuleLoader({
      like: read,
      modules: engine.modules,
      aliases,
      boundary: code.folder,
      datasets: datasetOpener(services, { origin, original: (path) => originalOf(path, code) }),
    });
    loader.confine(code.kept);
    read = { files: loader.files };
    return loader;
  };
  return { newLoader, entryOf: (role) => entryOf(code, role), used };
}

/** A file next to a config that the run does not store is still looked for where it was when the run was made. */
function originalOf(path: string | URL, { folder, manifest: { root } }: StoredCode): string | URL {
  if (!(path instanceof URL) || path.protocol !== 'file:') return path;
  const file = fileURLToPath(path);
  const way = relative(folder, file);
  if (isPathTraversal(way) || existsSync(file)) return path;
  return pathToFileURL(join(root, way));
}

function entryOf({ folder, entries }: StoredCode, role: ConfigRole): string {
  const path = entries[role];
  if (path !== undefined) return path;
  throw new ForgeError('CODE_ALTERED', `${folder} names no ${role} config.`, { about: folder });
}
