import { join } from 'node:path';
import type { Engine } from '../../backend/backend.js';
import { type CodeCapture, captureCode } from '../../code/capture-code.js';
import { type ConfigModule, readConfigModule } from '../../config/loader/config-module.js';
import type { FileRead } from '../../config/loader/file-reads.js';
import { createModuleLoader } from '../../config/loader/module-loader.js';
import { datasetOpener } from '../data/open-dataset.js';
import type { Services } from '../services/services.js';

/** Both configs as the project has them. */
export interface ProjectConfigs {
  readonly data: ConfigModule;
  readonly model: ConfigModule;
  /** Reads the code of both, for a run to store; from then on only what it stores can be imported. */
  capture(): Promise<CodeCapture>;
  /** What `load` of the two has read so far, and reads later. */
  readonly reads: Map<string, FileRead>;
}

/** Reads both configs from the project, on a started engine. @throws ForgeError CONFIG_NOT_FOUND, CONFIG_FAILED, … */
export async function readProjectConfigs(
  services: Services,
  paths: { readonly data: string; readonly model: string },
  engine: Engine,
): Promise<ProjectConfigs> {
  const loader = await createModuleLoader({
    modules: engine.modules,
    datasets: datasetOpener(services),
  });
  const data = await readConfigModule(loader, paths.data, 'data');
  const model = await readConfigModule(loader, paths.model, 'model');
  return {
    data,
    model,
    reads: loader.reads,
    async capture() {
      const code = await captureCode({ data, model }, ['@forge-ml/core', ...Object.keys(engine.modules)]);
      loader.confine(code.manifest.files.map(({ path }) => join(code.manifest.root, path)));
      return code;
    },
  };
}
