/** Declaring and reading flags, and the errors they make: `@forge-ml/core/flags`, which loads nothing else. */

export { describeKind } from './config/coerce-flag.js';
export { type Flag, type FlagSpecs, type FlagValues, flag } from './config/flag.js';
export { nearestName, toKebab } from './config/flag-names.js';
export { readArguments } from './config/read-arguments.js';
export { type Declarer, plainValues, type ResolvedFlags, resolveFlags, unknownFlag } from './config/resolve-flags.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { invocationFlags, runFlags } from './train/run-flags.js';
