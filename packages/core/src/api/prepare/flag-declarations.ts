import { resolve } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import type { FlagDeclaration } from '../../config/flags/resolve-flags.js';
import { readConfigModule } from '../../config/loader/config-module.js';
import { createModuleLoader } from '../../config/loader/module-loader.js';
import { labelOf } from '../../plugins/discovery/plugin-manifest.js';
import { invocationFlags, runFlags } from '../../train/run-flags.js';
import { BACKENDS, ENVIRONMENT, LAUNCHERS, PLUGINS } from '../container/container.js';
import { type FlagPlaces, layersFor } from './flag-layers.js';
import { runPlugins } from './run-plugins.js';
import { startEngine } from './start-engine.js';

/** Who declares which flags, as far as configs are named. They are read, but their `load` is not called. */
export async function readFlagDeclarations(
  container: DependencyContainer,
  places: FlagPlaces,
): Promise<readonly FlagDeclaration[]> {
  const { run } = places;
  const workplace = container.resolve(ENVIRONMENT);
  const declarers: FlagDeclaration[] = [{ by: 'forge', flags: { ...runFlags, ...invocationFlags } }];
  declarers.push(...(await pluginDeclarations(container, run)));
  const named = [run.dataConfig, run.modelConfig].filter((path) => path !== null);
  if (named.length === 0) {
    if (run.backend !== null) {
      const { plugin } = await container.resolve(BACKENDS).find(run.backend);
      addDeclaration(declarers, { by: labelOf(plugin), flags: await container.resolve(PLUGINS).flagsOf(plugin) });
    }
    return declarers;
  }
  const { engine, declarer } = await startEngine(container, run, (specs) => layersFor(specs, places));
  addDeclaration(declarers, declarer);
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

/** The plugins whose sinks, hooks and launcher are named, each once. */
async function pluginDeclarations(
  container: DependencyContainer,
  run: FlagPlaces['run'],
): Promise<readonly FlagDeclaration[]> {
  const { declarers } = await runPlugins(container, run);
  if (run.launcher === null || run.launcher === 'none') return declarers;
  const { plugin } = await container.resolve(LAUNCHERS).find(run.launcher);
  if (plugin === null || declarers.some(({ by }) => by === labelOf(plugin))) return declarers;
  return [...declarers, { by: labelOf(plugin), flags: await container.resolve(PLUGINS).flagsOf(plugin) }];
}

/** A plugin may bring several things that are asked for; one without flags has nothing to show. */
function addDeclaration(declarers: FlagDeclaration[], added: FlagDeclaration): void {
  if (Object.keys(added.flags).length === 0 || declarers.some(({ by }) => by === added.by)) return;
  declarers.push(added);
}
