import { resolve } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import { readConfigModule } from '../config/config-module.js';
import { createModuleLoader } from '../config/module-loader.js';
import type { Declarer } from '../config/resolve-flags.js';
import { invocationFlags, runFlags } from '../train/run-flags.js';
import { BACKENDS, WORKPLACE } from './container.js';
import type { FlagPlaces } from './flag-layers.js';
import { runPlugins } from './run-plugins.js';
import { startEngine } from './start-engine.js';

/** Who declares which flags, as far as configs are named. They are read, but their `load` is not called. */
export async function readDeclarers(container: DependencyContainer, { run }: FlagPlaces): Promise<readonly Declarer[]> {
  const workplace = container.resolve(WORKPLACE);
  const declarers: Declarer[] = [{ by: 'forge', flags: { ...runFlags, ...invocationFlags } }];
  declarers.push(...(await runPlugins(container, run)).declarers);
  const named = [run.dataConfig, run.modelConfig].filter((path) => path !== null);
  if (named.length === 0) return declarers;
  const { engine } = await startEngine(workplace, container.resolve(BACKENDS), run);
  try {
    const loader = await createModuleLoader({ modules: engine.modules });
    for (const path of named) {
      const { flags } = await readConfigModule(loader, resolve(workplace.directory, path));
      declarers.push({ by: path, flags });
    }
    return declarers;
  } finally {
    await engine.dispose();
  }
}
