import { allPlugins, type PluginPlaces } from './discover-plugins.js';
import type { PluginManifest } from './plugin-manifest.js';

export interface AnnouncedCommand {
  /** `topic:name` */
  readonly id: string;
  /** The first valid plugin that declares it; otherwise the first. */
  readonly plugin: PluginManifest;
  /** What its plugin's package.json says of it; null if it says nothing. */
  readonly summary: string | null;
}

/** Every command that the installed plugins declare, with its plugin. Loads no plugin. */
export async function announcedCommands(places: PluginPlaces): Promise<AnnouncedCommand[]> {
  const plugins = await allPlugins(places);
  const usable = plugins.filter(({ problem }) => problem === null);
  const found = new Map<string, PluginManifest>();
  for (const plugin of [...usable, ...plugins]) {
    for (const id of plugin.commands) if (!found.has(id)) found.set(id, plugin);
  }
  return [...found].map(([id, plugin]) => {
    const summary = Object.hasOwn(plugin.summaries, id) ? plugin.summaries[id]! : null;
    return { id, plugin, summary };
  });
}
