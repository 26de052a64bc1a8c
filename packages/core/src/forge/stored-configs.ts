import type { DependencyContainer } from 'tsyringe';
import type { Engine } from '../backend/backend.js';
import { resolvePackages, type StoredCode } from '../code/stored-code.js';
import { type ConfigModule, readConfigModule } from '../config/config-module.js';
import type { ConfigRole } from '../config/define.js';
import { createModuleLoader, type ModuleLoader } from '../config/module-loader.js';
import { ForgeError } from '../errors/forge-error.js';
import { WORKPLACE } from './container.js';
import { openDataset } from './open-dataset.js';

/** Reads both configs out of a run's code: what runs is what ran. */
export async function readStoredConfigs(
  container: DependencyContainer,
  code: StoredCode,
  engine: Engine,
  origin: string,
): Promise<{ data: ConfigModule; model: ConfigModule }> {
  const loader = await storedLoader(container, code, engine, origin);
  return {
    data: await readConfigModule(loader, entryOf(code, 'data')),
    model: await readConfigModule(loader, entryOf(code, 'model')),
  };
}

/** Reads the model config alone: the data config is not imported, so its packages need not be installed. */
export async function readStoredModel(
  container: DependencyContainer,
  code: StoredCode,
  engine: Engine,
  origin: string,
): Promise<ConfigModule> {
  return readConfigModule(await storedLoader(container, code, engine, origin), entryOf(code, 'model'));
}

/** @param origin where the run was made: relative paths that it reads started there */
async function storedLoader(
  container: DependencyContainer,
  code: StoredCode,
  engine: Engine,
  origin: string,
): Promise<ModuleLoader> {
  const workplace = container.resolve(WORKPLACE);
  const { aliases, warnings } = await resolvePackages(code, [workplace.directory, ...workplace.pluginFolders]);
  for (const warning of warnings) workplace.warn(warning);
  const loader = await createModuleLoader({
    modules: engine.modules,
    aliases,
    boundary: code.folder,
    openDataset: (format, path, options) => openDataset(container, format, path, options, origin),
  });
  loader.confine(code.kept);
  return loader;
}

function entryOf({ folder, entries }: StoredCode, role: ConfigRole): string {
  const path = entries[role];
  if (path !== undefined) return path;
  throw new ForgeError('CODE_ALTERED', `${folder} names no ${role} config.`, { about: folder });
}
