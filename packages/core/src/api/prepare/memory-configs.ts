import { join } from 'node:path';
import type { Engine } from '../../backend/backend.js';
import { type ConfigModule, configFromObject } from '../../config/loader/config-module.js';
import type { FileRead } from '../../config/loader/file-reads.js';
import { createModuleLoader } from '../../config/loader/module-loader.js';
import { datasetOpener } from '../data/open-dataset.js';
import type { Services } from '../services/services.js';
import type { ConfigObjects } from './config-request.js';

/** Both configs as objects of a script: a run stores no code of them. */
export interface MemoryConfigs {
  readonly data: ConfigModule;
  readonly model: ConfigModule;
  readonly reads: Map<string, FileRead>;
  capture(): Promise<null>;
}

/** Reads configs that are objects, on a started engine. @throws ForgeError CONFIG_INVALID */
export async function readMemoryConfigs(
  services: Services,
  { data, model }: ConfigObjects,
  engine: Engine,
): Promise<MemoryConfigs> {
  const { directory } = services.environment;
  const loader = await createModuleLoader({
    modules: engine.modules,
    datasets: datasetOpener(services),
  });
  return {
    // Paths of configs that its `load` loads are relative to the directory.
    data: configFromObject(data, 'data', { path: join(directory, 'data'), loader }),
    model: configFromObject(model, 'model', { path: join(directory, 'model'), loader }),
    reads: loader.reads,
    capture: async () => null,
  };
}
