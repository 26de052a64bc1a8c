import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DependencyContainer } from 'tsyringe';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { refuseReserved } from '../../config/flags/reserved-flags.js';
import { type FlagDeclaration, mergeSpecs } from '../../config/flags/resolve-flags.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { within } from '../../errors/time-limit.js';
import { invocationFlags, runFlags } from '../../train/run-flags.js';
import { checkPlugin, type Plugin, pluginPort } from '../contract/plugin.js';
import { type ProviderKind, providerKinds, providerToken } from '../contract/providers.js';
import { labelOf, type PluginManifest } from '../discovery/plugin-manifest.js';
import { shareCore } from './share-core.js';
import { watchLoading } from './watch-loading.js';

/** A plugin whose module was imported. */
export interface LoadedPlugin {
  readonly flags: FlagSpecs;
  /** The plugin's own container, with its providers only. */
  readonly container: DependencyContainer;
}

/**
 * Imports a plugin and registers its providers, in a child of the given container.
 * @param limit time limit for loading its module, ms
 * @throws ForgeError PLUGIN_INVALID naming the package and the problem
 */
export async function loadPlugin(
  manifest: PluginManifest,
  parent: DependencyContainer,
  limit: number,
): Promise<LoadedPlugin> {
  if (manifest.problem !== null) throw manifest.problem;
  shareCore(manifest.folder);
  // Later than the limit in this thread, whose error is better.
  const release = watchLoading(labelOf(manifest), limit + 1000);
  try {
    const url = pathToFileURL(join(manifest.folder, manifest.plugin)).href;
    const late = () => new Error(`its module did not load within ${limit / 1000} s`);
    const { default: plugin } = (await within(limit, import(url), late)) as { default?: unknown };
    if (!isPlugin(plugin)) throw new Error('it has no default export made with definePlugin');
    if (plugin.port !== pluginPort) {
      throw new Error(`its module is built for plugin port ${plugin.port}; this Forge has port ${pluginPort}`);
    }
    checkPlugin(plugin);
    const flags = plugin.flags ?? {};
    refuseFlagsOfForge({ by: labelOf(manifest), flags });
    const container = parent.createChildContainer();
    for (const kind of providerKinds) registerAll(container, kind, plugin[kind] ?? {});
    plugin.register?.(container);
    return { flags, container };
  } catch (error) {
    const file = join(manifest.folder, manifest.plugin);
    const unparsed = error instanceof SyntaxError;
    // Node's syntax errors name neither the file nor the line.
    const reason = unparsed
      ? `${file}, or a file that it imports, cannot be parsed: ${messageOf(error)}`
      : messageOf(error);
    const hint = unparsed ? `Run node --check ${file} to find the line.` : isForgeError(error) ? error.hint : undefined;
    throw new ForgeError('PLUGIN_INVALID', `The plugin ${labelOf(manifest)} could not be loaded: ${reason}`, {
      about: manifest.package,
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  } finally {
    release();
  }
}

/** Refuses flags that conflict with Forge's own, before any value is read. @throws ForgeError FLAG_CONFLICT */
function refuseFlagsOfForge(plugin: FlagDeclaration): void {
  const declarations = [{ by: 'forge', flags: { ...runFlags, ...invocationFlags } }, plugin];
  refuseReserved(declarations);
  mergeSpecs(declarations);
}

function registerAll(
  container: DependencyContainer,
  kind: ProviderKind,
  providers: Readonly<Record<string, unknown>>,
): void {
  for (const [name, make] of Object.entries(providers)) {
    if (typeof make !== 'function') throw new Error(`${kind}.${name} is not a factory function`);
    container.register(providerToken(kind, name), { useFactory: () => make.bind(providers) as never });
  }
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && 'port' in value;
}
