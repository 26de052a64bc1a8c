import type { BatchDataset } from '../data/dataset.js';
import { checkConfigObject } from './config-object.js';
import type { FlagSpecs, FlagValues } from './flags/flag.js';

/** What every config is given beside its own flags. */
export interface CommonFlags {
  /** The run's seed. */
  readonly seed: number;
  /** How long training will go on, as far as it was said: what a schedule may want to know. */
  readonly steps: number | null;
  readonly epochs: number | null;
}

/** What a data config's `load` returns: batches to train on, perhaps some to validate on, and anything the model needs. */
export interface LoadedData {
  readonly train: BatchDataset;
  readonly valid?: BatchDataset | undefined;
  readonly [name: string]: unknown;
}

export interface Config<F extends FlagSpecs, Arguments extends readonly unknown[], Result> {
  readonly flags: F;
  /** Files that belong to this config but cannot be found by following its imports; relative to the config. */
  readonly files?: readonly string[];
  load(flags: FlagValues<F> & CommonFlags, ...args: Arguments): Result | Promise<Result>;
}

/** What a config's `load` returns: `data: Loaded<typeof digits>` types a model config's second argument. */
export type Loaded<C> = C extends { load(...args: never[]): infer R } ? Awaited<R> : never;

/** Declares any config: its flags, and a `load` that is given their values. */
export function defineConfig<F extends FlagSpecs, A extends readonly unknown[], R>(
  config: Config<F, A, R>,
): Config<F, A, R> {
  checkConfigObject(config, 'defineConfig({ … })');
  return config;
}

/** What a config was declared as, so that one given in the other's place is told apart. */
export type ConfigRole = 'data' | 'model';
const roles = new WeakMap<object, ConfigRole>();

/** The role a config was declared for; undefined for a plain module, and one made with `defineConfig`. */
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
