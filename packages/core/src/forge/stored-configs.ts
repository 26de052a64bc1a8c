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
): Promise<{ data: ConfigModule; model: ConfigModule }> {
  const loader = await storedLoader(container, code, engine);
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
): Promise<ConfigModule> {
  return readConfigModule(await storedLoader(container, code, engine), entryOf(code, 'model'));
}

async function storedLoader(container: DependencyContainer, code: StoredCode, engine: Engine): Promise<ModuleLoader> {
  const workplace = container.resolve(WORKPLACE);
  const { aliases, warnings } = await resolvePackages(code, [workplace.directory, ...workplace.pluginFolders]);
  for (const warning of warnings) workplace.warn(warning);
  const loader = await createModuleLoader({
    modules: engine.modules,
    aliases,
    boundary: code.folder,
    openDataset: (...request) => openDataset(container, ...request),
  });
  loader.confine(code.kept);
  return loader;
}

function entryOf({ folder, entries }: StoredCode, role: ConfigRole): string {
  const path = entries[role];
  if (path !== undefined) return path;
  throw new ForgeError('CODE_ALTERED', `${folder} names no ${role} config.`, { about: folder });
}
