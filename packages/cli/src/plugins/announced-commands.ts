import { type AnnouncedCommand, announcedCommands, projectRoot } from '@forge-ml/core/plugins';
import { linkedFolders } from './data-folder.js';

/** The commands of the plugins visible from the working directory, by their manifests. Loads no plugin. */
export async function commandsOfPlugins(dataFolder: string): Promise<AnnouncedCommand[]> {
  const linked = await linkedFolders(dataFolder);
  return announcedCommands({ linked, project: projectRoot(process.cwd()).start, installed: [dataFolder] });
}
