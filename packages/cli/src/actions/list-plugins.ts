import { join, sep } from 'node:path';
import type { ForgeLibrary, PluginManifest } from '@forge-ml/core';
import { linkedFolders } from '../plugins/data-folder.js';

export interface ListedPlugin extends Omit<PluginManifest, 'problem' | 'ofProgram'> {
  /** With Forge, by `forge plugins install`, by `forge plugins link`, or a package of this project. */
  readonly from: 'forge' | 'installed' | 'linked' | 'project';
  /** Whether its manifest is valid; the plugin is not loaded to find out. */
  readonly usable: boolean;
  /** Its problems, one sentence each, with the next step. */
  readonly remarks: readonly { readonly message: string; readonly hint: string | null }[];
}

/**
 * Lists the plugins found from the current directory by their manifests. None is loaded.
 * @param commands the commands of Forge itself
 */
export async function listedPlugins(
  forge: ForgeLibrary,
  dataDir: string,
  commands: readonly string[],
): Promise<ListedPlugin[]> {
  const linked = await linkedFolders(dataDir);
  const fromOf = ({ folder, ofProgram }: PluginManifest) => {
    if (ofProgram) return 'forge';
    if (linked.includes(folder)) return 'linked';
    return folder.startsWith(join(dataDir, 'node_modules') + sep) ? 'installed' : 'project';
  };
  return (await forge.plugins.diagnose(commands)).map(({ plugin, remarks }) => {
    const { problem, ofProgram, ...manifest } = plugin;
    return {
      ...manifest,
      from: fromOf(plugin),
      usable: problem === null,
      remarks: remarks.map(({ message, hint = null }) => ({ message, hint })),
    };
  });
}

/**
 * What a plugin just installed or linked provides in vain, one sentence each with the next step: names that others
 * have, a core of its own.
 */
export async function problemsOf(
  { folder }: PluginManifest,
  ...list: Parameters<typeof listedPlugins>
): Promise<string[]> {
  const plugin = (await listedPlugins(...list)).find((listed) => listed.folder === folder);
  return (plugin?.remarks ?? []).map(({ message, hint }) => (hint === null ? message : `${message} ${hint}`));
}
