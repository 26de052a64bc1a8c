import { allPlugins, type PluginPlaces } from './discover-plugins.js';
import type { PluginManifest } from './plugin-manifest.js';

export interface AnnouncedCommand {
  /** `topic:name` */
  readonly id: string;
  /** Of several that announce it, the first not known to be broken. */
  readonly plugin: PluginManifest;
}

/** Every command that the installed plugins announce, with the plugin that it is taken from; none is loaded. */
export async function announcedCommands(places: PluginPlaces): Promise<AnnouncedCommand[]> {
  const plugins = await allPlugins(places);
  const usable = plugins.filter(({ problem }) => problem === null);
  const found = new Map<string, PluginManifest>();
  for (const plugin of [...usable, ...plugins]) {
    for (const id of plugin.commands) if (!found.has(id)) found.set(id, plugin);
  }
  return [...found].map(([id, plugin]) => ({ id, plugin }));
}
