import type { BatchDataset } from '../data/dataset.js';
import { checkConfigObject } from './config-object.js';
import type { FlagSpecs, FlagValues } from './flags/flag.js';

/** Flags that every config receives in addition to its own. */
export interface CommonFlags {
  /** Seed of the run. */
  readonly seed: number;
  /** Length of the training, if given: for learning-rate schedules. */
  readonly steps: number | null;
  readonly epochs: number | null;
}

/** What a data config's `load` returns: training batches, optional validation batches, and anything the model needs. */
export interface LoadedData {
  readonly train: BatchDataset;
  readonly valid?: BatchDataset | undefined;
  readonly [name: string]: unknown;
}

export interface Config<F extends FlagSpecs, Arguments extends readonly unknown[], Result> {
  readonly flags: F;
  /** Files of this config that it does not import; relative to the config. */
  readonly files?: readonly string[];
  load(flags: FlagValues<F> & CommonFlags, ...args: Arguments): Result | Promise<Result>;
}

/** Any config as an object, such as `defineData` and `defineModel` return. */
export interface ConfigObject {
  readonly flags?: FlagSpecs;
  readonly files?: readonly string[];
  load(flags: never, ...args: never[]): unknown;
}

/** What a config's `load` returns: `data: Loaded<typeof digits>` types a model config's second argument. */
export type Loaded<C> = C extends { load(...args: never[]): infer R } ? Awaited<R> : never;

type FlagsOf<C> = C extends { readonly flags: infer F extends FlagSpecs } ? FlagValues<F> : unknown;

/** The values of the flags of several configs: `FlagsOfConfigs<typeof data | typeof model>`. */
export type FlagsOfConfigs<C> = (C extends unknown ? (config: FlagsOf<C>) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** Declares any config: its flags, and a `load` that receives their values. */
export function defineConfig<F extends FlagSpecs, A extends readonly unknown[], R>(
  config: Config<F, A, R>,
): Config<F, A, R> {
  checkConfigObject(config, 'defineConfig({ … })');
  return config;
}

/** What a config was declared as, to detect data and model configs that are swapped. */
export type ConfigRole = 'data' | 'model';
const roles = new WeakMap<object, ConfigRole>();

/** The declared role of a config; undefined for a plain module and a config made with `defineConfig`. */
export function declaredRole(config: object): ConfigRole | undefined {
  return roles.get(config);
}

function declareAs<C extends object>(role: ConfigRole, config: C): C {
  roles.set(config, role);
  return config;
}

/** Declares a data config. */
export function defineData<F extends FlagSpecs, R extends LoadedData>(
  config: Config<F, readonly unknown[], R>,
): Config<F, readonly unknown[], R> {
  checkConfigObject(config, 'defineData({ … })');
  return declareAs('data', config);
}

/** Declares a model config; `load` returns a model in the form the backend documents. */
export function defineModel<F extends FlagSpecs, D extends LoadedData, R>(
  config: Config<F, readonly [data: D, ...rest: unknown[]], R>,
): Config<F, readonly [data: D, ...rest: unknown[]], R> {
  checkConfigObject(config, 'defineModel({ … })');
  return declareAs('model', config);
}
