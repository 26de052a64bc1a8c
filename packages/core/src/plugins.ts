/** Which plugins are installed and what they announce: `@forge-ml/core/plugins`, which loads no plugin. */

export { projectRoot } from './config/project-root.js';
export { makeFolder } from './files/durable-folder.js';
export {
  nearestPackageJson,
  type PackageJson,
  readInstalledPackages,
  readPackageJson,
  tryReadPackageJson,
} from './files/package-json.js';
export { type AnnouncedCommand, announcedCommands } from './plugins/announced-commands.js';
export type { PluginPlaces } from './plugins/discover-plugins.js';
