import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DependencyContainer } from 'tsyringe';
import { ForgeError, messageOf } from '../errors/forge-error.js';
import { type Plugin, pluginPort } from './plugin.js';
import type { PluginManifest } from './plugin-manifest.js';
import { shareCore } from './share-core.js';

/** @throws ForgeError PLUGIN_INVALID naming both versions, where a plugin is built for another plugin port */
export function checkPort({ package: name, version, port }: PluginManifest): void {
  if (port === pluginPort) return;
  throw new ForgeError(
    'PLUGIN_INVALID',
    `${name} ${version} is built for plugin port ${port}; this Forge has port ${pluginPort}.`,
    { about: name, hint: 'Install versions of Forge and of the plugin that belong together.' },
  );
}

/**
 * Imports a plugin and lets it register what it brings.
 * @throws ForgeError PLUGIN_INVALID naming the package and what is wrong with it.
 */
export async function loadPlugin(manifest: PluginManifest, container: DependencyContainer): Promise<void> {
  checkPort(manifest);
  shareCore(manifest.folder);
  try {
    const module = (await import(pathToFileURL(join(manifest.folder, manifest.plugin)).href)) as { default?: Plugin };
    if (typeof module.default?.register !== 'function')
      throw new Error('it has no default export made with definePlugin');
    module.default.register(container);
  } catch (error) {
    throw new ForgeError(
      'PLUGIN_INVALID',
      `The plugin ${manifest.package} ${manifest.version} could not be loaded: ${messageOf(error)}`,
      {
        about: manifest.package,
        cause: error,
      },
    );
  }
}
