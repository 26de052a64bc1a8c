import type { DependencyContainer } from 'tsyringe';
import type { Engine } from '../backend/backend.js';
import { resolvePackages, type StoredCode } from '../code/stored-code.js';
import { type ConfigModule, readConfigModule } from '../config/config-module.js';
import { createModuleLoader } from '../config/module-loader.js';
import { ForgeError } from '../errors/forge-error.js';
import { WORKPLACE } from './container.js';
import { openDataset } from './open-dataset.js';

/** Reads the configs out of a run's code: what runs is what ran. */
export async function readStoredConfigs(
  container: DependencyContainer,
  code: StoredCode,
  engine: Engine,
): Promise<{ data: ConfigModule; model: ConfigModule }> {
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
  const { data, model } = code.entries;
  if (data === undefined || model === undefined) {
    throw new ForgeError('CODE_ALTERED', `${code.folder} names no data and model config.`, { about: code.folder });
  }
  return { data: await readConfigModule(loader, data), model: await readConfigModule(loader, model) };
}
