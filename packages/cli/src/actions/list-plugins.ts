import { join, sep } from 'node:path';
import type { ForgeLibrary, PluginManifest } from '@forge-ml/core';
import { linkedFolders } from '../plugins/data-folder.js';

export interface ListedPlugin extends Omit<PluginManifest, 'problem'> {
  /** How it came: `forge plugins install`, `forge plugins link`, or with the packages of this project or of Forge. */
  readonly from: 'installed' | 'linked' | 'project';
  /** Whether it can be loaded, as far as is known without trying. */
  readonly usable: boolean;
  /** What is wrong or odd about it, a sentence each, with the next step. */
  readonly remarks: readonly { readonly message: string; readonly hint: string | null }[];
}

/**
 * The plugins that are found from here, by what they say of themselves; none is loaded.
 * @param commands those of the command line itself
 */
export async function listedPlugins(
  forge: ForgeLibrary,
  dataDir: string,
  commands: readonly string[],
): Promise<ListedPlugin[]> {
  const linked = await linkedFolders(dataDir);
  const fromOf = ({ folder }: PluginManifest) => {
    if (linked.includes(folder)) return 'linked';
    return folder.startsWith(join(dataDir, 'node_modules') + sep) ? 'installed' : 'project';
  };
  return (await forge.plugins.diagnose(commands)).map(({ plugin, remarks }) => {
    const { problem, ...manifest } = plugin;
    return {
      ...manifest,
      from: fromOf(plugin),
      usable: problem === null,
      remarks: remarks.map(({ message, hint = null }) => ({ message, hint })),
    };
  });
}
