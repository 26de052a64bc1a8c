/** Loading and resolving modules of a project: `@forge-ml/core/loader`, for the bundled command line. It changes with any version. */

export { createModuleLoader } from './config/loader/module-loader.js';
export { requirePackage } from './fs/require-package.js';
