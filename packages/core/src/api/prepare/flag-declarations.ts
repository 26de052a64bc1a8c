import { resolve } from 'node:path';
import type { FlagDeclaration } from '../../config/flags/resolve-flags.js';
import { readConfigModule } from '../../config/loader/config-module.js';
import { createModuleLoader } from '../../config/loader/module-loader.js';
import { labelOf } from '../../plugins/discovery/plugin-manifest.js';
import { invocationFlags, runFlags } from '../../train/run-flags.js';
import type { Services } from '../services/services.js';
import { type FlagPlaces, layersFor } from './flag-layers.js';
import { runPlugins } from './run-plugins.js';
import { startEngine } from './start-engine.js';

/** The flags of Forge, the plugins and the named configs, whose `load` is not called. */
export async function readFlagDeclarations(
  services: Services,
  places: FlagPlaces,
): Promise<readonly FlagDeclaration[]> {
  const { run } = places;
  const environment = services.environment;
  const declarations: FlagDeclaration[] = [{ by: 'forge', flags: { ...runFlags, ...invocationFlags } }];
  declarations.push(...(await pluginDeclarations(services, run)));
  const named = [run.dataConfig, run.modelConfig].filter((path) => path !== null);
  if (named.length === 0) {
    if (run.backend !== null) {
      const { plugin } = await services.backends.find(run.backend);
      addDeclaration(declarations, { by: labelOf(plugin), flags: await services.plugins.flagsOf(plugin) });
    }
    return declarations;
  }
  const { engine, declarer } = await startEngine(services, run, (specs) => layersFor(specs, places));
  addDeclaration(declarations, declarer);
  try {
    const loader = await createModuleLoader({ modules: engine.modules });
    for (const path of named) {
      const { flags } = await readConfigModule(loader, resolve(environment.directory, path));
      declarations.push({ by: path, flags });
    }
    return declarations;
  } finally {
    await engine.dispose();
  }
}

/** The plugins whose sinks, hooks, checkpoint store and launcher are named, each once. */
async function pluginDeclarations(services: Services, run: FlagPlaces['run']): Promise<readonly FlagDeclaration[]> {
  const { declarations } = await runPlugins(services, run);
  if (run.launcher === null || run.launcher === 'none') return declarations;
  const { plugin } = await services.launchers.find(run.launcher);
  if (plugin === null || declarations.some(({ by }) => by === labelOf(plugin))) return declarations;
  return [...declarations, { by: labelOf(plugin), flags: await services.plugins.flagsOf(plugin) }];
}

/** One plugin may provide several parts of a run; one without flags is not listed. */
function addDeclaration(declarations: FlagDeclaration[], added: FlagDeclaration): void {
  if (Object.keys(added.flags).length === 0 || declarations.some(({ by }) => by === added.by)) return;
  declarations.push(added);
}
