import type { ForgeLibrary } from '@forge-ml/core';
import { packageRoot } from '../process/package-root.js';
import { linkedFolders } from './data-folder.js';
import { linkCore } from './link-core.js';

export interface LibraryOptions {
  readonly argv?: readonly string[];
  readonly warn?: (message: string) => void;
}

/** Opens the library with the plugins of the command line: its own, and those installed or linked with `forge plugins`. */
export async function openLibrary(dataFolder: string, options: LibraryOptions = {}): Promise<ForgeLibrary> {
  const { ForgeLibrary } = await import('@forge-ml/core');
  await linkCore(dataFolder);
  return new ForgeLibrary({
    ...options,
    pluginFolders: [dataFolder],
    linkedPlugins: await linkedFolders(dataFolder),
    programFolder: packageRoot,
    installCommand: 'forge plugins install',
  });
}
