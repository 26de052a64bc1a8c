import type { PluginPlaces } from '@forge-ml/core/plugins';
import { packageRoot } from '../process/package-root.js';
import { linkedFolders } from './data-folder.js';

/** Where plugins are found from a working directory; those that the command line depends on come with it. */
export async function pluginPlaces(dataFolder: string, directory: string): Promise<PluginPlaces> {
  const { projectRoot } = await import('@forge-ml/core/plugins');
  return {
    linked: await linkedFolders(dataFolder),
    project: projectRoot(directory).start,
    installed: [dataFolder],
    program: packageRoot,
  };
}
