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

/** Who declares which flags, as far as configs are named. They are read, but their `load` is not called. */
export async function readFlagDeclarations(
  services: Services,
  places: FlagPlaces,
): Promise<readonly FlagDeclaration[]> {
  const { run } = places;
  const environment = services.environment;
  const declarers: FlagDeclaration[] = [{ by: 'forge', flags: { ...runFlags, ...invocationFlags } }];
  declarers.push(...(await pluginDeclarations(services, run)));
  const named = [run.dataConfig, run.modelConfig].filter((path) => path !== null);
  if (named.length === 0) {
    if (run.backend !== null) {
      const { plugin } = await services.backends.find(run.backend);
      addDeclaration(declarers, { by: labelOf(plugin), flags: await services.plugins.flagsOf(plugin) });
    }
    return declarers;
  }
  const { engine, declarer } = await startEngine(services, run, (specs) => layersFor(specs, places));
  addDeclaration(declarers, declarer);
  try {
    const loader = await createModuleLoader({ modules: engine.modules });
    for (const path of named) {
      const { flags } = await readConfigModule(loader, resolve(environment.directory, path));
      declarers.push({ by: path, flags });
    }
    return declarers;
  } finally {
    await engine.dispose();
  }
}

/** The plugins whose sinks, hooks, checkpoint store and launcher are named, each once. */
async function pluginDeclarations(services: Services, run: FlagPlaces['run']): Promise<readonly FlagDeclaration[]> {
  const { declarers } = await runPlugins(services, run);
  if (run.launcher === null || run.launcher === 'none') return declarers;
  const { plugin } = await services.launchers.find(run.launcher);
  if (plugin === null || declarers.some(({ by }) => by === labelOf(plugin))) return declarers;
  return [...declarers, { by: labelOf(plugin), flags: await services.plugins.flagsOf(plugin) }];
}

/** A plugin may bring several things that are asked for; one without flags has nothing to show. */
function addDeclaration(declarers: FlagDeclaration[], added: FlagDeclaration): void {
  if (Object.keys(added.flags).length === 0 || declarers.some(({ by }) => by === added.by)) return;
  declarers.push(added);
}
