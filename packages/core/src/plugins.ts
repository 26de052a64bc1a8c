/** Installed plugins and what their manifests declare: `@forge-ml/core/plugins`, which loads no plugin. */

export { projectRoot } from './config/project/project-root.js';
export { makeFolder } from './fs/durable-folder.js';
export {
  nearestPackageJson,
  type PackageJson,
  readInstalledPackages,
  readPackageJson,
  tryReadPackageJson,
} from './json/package-json.js';
export { type AnnouncedCommand, announcedCommands } from './plugins/discovery/announced-commands.js';
export { allPlugins, type PluginPlaces } from './plugins/discovery/discover-plugins.js';
