/** Text that comes from somebody else: `@forge-ml/core/text`, which loads nothing else. */

export { isPackageName } from './config/package-name.js';
