import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A plugin as the package.json of the folder that plugins are installed in has it; written by oclif. */
export interface RecordedPlugin {
  readonly name: string;
  readonly type: 'user' | 'link';
  /** Where a linked one lies. */
  readonly root?: string;
}

interface DataPackage {
  readonly oclif?: { readonly plugins?: readonly RecordedPlugin[] };
}

/** What `forge plugins:install` and `forge plugins:link` have recorded in the data folder; nothing where it is damaged. */
export async function recordedPlugins(dataFolder: string): Promise<readonly RecordedPlugin[]> {
  try {
    const { oclif } = JSON.parse(await readFile(join(dataFolder, 'package.json'), 'utf8')) as DataPackage;
    return oclif?.plugins ?? [];
  } catch {
    return [];
  }
}

/** The folders of the plugins that are linked. */
export async function linkedFolders(dataFolder: string): Promise<string[]> {
  const plugins = await recordedPlugins(dataFolder);
  return plugins.flatMap(({ type, root }) => (type === 'link' && root !== undefined ? [root] : []));
}
