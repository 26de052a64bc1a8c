import { join, sep } from 'node:path';
import type { ForgeLibrary, PluginManifest } from '@forge-ml/core';
import { linkedFolders } from '../plugins/data-folder.js';

export interface ListedPlugin extends PluginManifest {
  /** How it came: `forge plugins:install`, `forge plugins:link`, or with the packages of this project or of Forge. */
  readonly from: 'installed' | 'linked' | 'project';
}

/** The plugins that are found from here, by what they say of themselves; none is loaded. */
export async function listedPlugins(forge: ForgeLibrary, dataDir: string): Promise<ListedPlugin[]> {
  const linked = await linkedFolders(dataDir);
  const fromOf = ({ folder }: PluginManifest) => {
    if (linked.includes(folder)) return 'linked';
    return folder.startsWith(join(dataDir, 'node_modules') + sep) ? 'installed' : 'project';
  };
  return (await forge.plugins.all()).map((plugin) => ({ ...plugin, from: fromOf(plugin) }));
}
