/** Flags and their errors: `@forge-ml/core/flags`, which loads nothing else. */

export { readArguments } from './config/flags/arguments.js';
export { describeKind } from './config/flags/coerce-flag.js';
export { environmentLayer } from './config/flags/environment-flags.js';
export { type Flag, type FlagSpecs, type FlagValues, flag } from './config/flags/flag.js';
export { nameList } from './config/flags/name-list.js';
export {
  type FlagDeclaration,
  plainValues,
  type ResolvedFlags,
  resolveFlags,
  unknownFlag,
} from './config/flags/resolve-flags.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { nearestName, toKebab } from './text/flag-names.js';
export { invocationFlags, runFlags } from './train/run-flags.js';
