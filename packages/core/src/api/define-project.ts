import type { ConfigObject, FlagsOfConfigs } from '../config/define.js';
import type { FlagValues } from '../config/flags/flag.js';
import type { invocationFlags, RunFlagValues } from '../train/run-flags.js';

type InvocationFlagValues = FlagValues<typeof invocationFlags>;

/** Flags of one start, which no project sets. */
type OnlyGiven = 'resume' | 'repeat' | 'flagsFile';

type OwnFlags = Partial<RunFlagValues & Omit<InvocationFlagValues, OnlyGiven>> & {
  readonly [Name in OnlyGiven]?: never;
};

/** Flags of configs and plugins that the type does not know. */
type OtherFlags = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Flags of a project file. Without a type argument, the flags of Forge have their types, and others may have any name.
 * With the project's configs, a name that neither Forge nor they declare is an error, as is a value of another type.
 */
export type ProjectFlags<Configs = never> = [Configs] extends [never]
  ? OwnFlags & OtherFlags
  : OwnFlags & Partial<FlagsOfConfigs<Configs>>;

/**
 * Settings for every run of a project: the default export of `forge.config.ts`. To check the flags of the configs too,
 * name their types: `defineProject<typeof data | typeof model>({ … })`.
 */
export function defineProject<Configs extends ConfigObject = never>(
  flags: ProjectFlags<Configs>,
): ProjectFlags<Configs> {
  return flags;
}
