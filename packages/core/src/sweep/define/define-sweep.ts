import type { ConfigObject, FlagsOfConfigs } from '../../config/define.js';
import type { RunFlagValues } from '../../train/run-flags.js';
import type { ParameterDefinition, SpaceDefinition } from '../space/definitions.js';
import type { ParameterValue, ParameterValues } from '../space/space.js';
import { type SweepDefinition, type SweepSettings, sweepDefinition } from './sweep-definition.js';

/** The flags of Forge and of configs. */
type AllFlags<Configs> = RunFlagValues & FlagsOfConfigs<Configs>;

type SpaceOf<Flags> = {
  readonly [Name in keyof Flags]?: ParameterDefinition<Extract<Flags[Name], ParameterValue>, keyof Flags & string>;
};

/**
 * A sweep as a user defines it. Without a type argument, parameters may have any name, and are checked when the sweep
 * starts. With the project's configs, a name that neither Forge nor they declare is an error, as is a value of another
 * type.
 */
export type SweepOptions<Configs = never> = SweepSettings &
  ([Configs] extends [never]
    ? { readonly space?: SpaceDefinition; readonly flags?: ParameterValues }
    : { readonly space?: SpaceOf<AllFlags<Configs>>; readonly flags?: Partial<AllFlags<Configs>> });

/**
 * Defines a sweep: the default export of `sweep.ts`. To check its parameters against the flags of the configs, name
 * their types: `defineSweep<typeof data | typeof model>({ … })`.
 * @throws ForgeError OPTION_UNKNOWN, METRIC_INVALID, SWEEP_INVALID naming what is wrong
 */
export function defineSweep<Configs extends ConfigObject = never>(options: SweepOptions<Configs>): SweepDefinition {
  return sweepDefinition(options, 'defineSweep({ … })');
}
