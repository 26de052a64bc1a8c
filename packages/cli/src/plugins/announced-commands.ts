import { type AnnouncedCommand, announcedCommands } from '@forge-ml/core/plugins';
import { pluginPlaces } from './plugin-places.js';

/** The commands of the plugins visible from the working directory, by their manifests. Loads no plugin. */
export async function commandsOfPlugins(dataFolder: string): Promise<AnnouncedCommand[]> {
  return announcedCommands(await pluginPlaces(dataFolder, process.cwd()));
}
