import { projectRoot } from '../../config/project/project-root.js';
import type { Environment } from '../services/environment.js';

/** Where packages that are no plugins, such as engines, are searched for: the project's folder and those of plugins. */
export function packageFolders({
  directory,
  pluginFolders,
}: Pick<Environment, 'directory' | 'pluginFolders'>): string[] {
  const { start } = projectRoot(directory);
  return [...(start === undefined ? [] : [start]), ...pluginFolders];
}
