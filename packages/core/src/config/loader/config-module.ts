import { stat } from 'node:fs/promises';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { isMissing } from '../../fs/fs-error.js';
import { toKebab } from '../../text/flag-names.js';
import { checkConfigExports, checkConfigObject } from '../config-object.js';
import { type ConfigRole, declaredRole } from '../define.js';
import { checkFlags } from '../flags/check-flags.js';
import type { FlagSpecs } from '../flags/flag.js';
import { type ConfigBeingLoaded, whileLoading } from './config-being-loaded.js';
import type { ModuleLoader } from './module-loader.js';

/** A loaded config: its declarations and its `load`. */
export interface ConfigModule {
  /** The config file; of an object in memory what messages call it. */
  readonly path: string;
  readonly flags: FlagSpecs;
  readonly files: readonly string[];
  /** Calls the config's `load`; errors name this config. */
  load(flags: Readonly<Record<string, unknown>>, ...args: readonly unknown[]): Promise<unknown>;
  /** Ends the worker threads that its `load` started; they start again where they are needed again. */
  close(): Promise<void>;
}

/**
 * Reads a config file: a default export made with `defineConfig`, `defineData` or `defineModel`, or a plain module
 * with `export function load(flags, ...args)` and, if it has flags, `export const flags`.
 * @throws ForgeError CONFIG_NOT_FOUND, CONFIG_FAILED, CONFIG_INVALID
 */
export async function readConfigModule(loader: ModuleLoader, path: string, role?: ConfigRole): Promise<ConfigModule> {
  await checkIsFile(path);
  const module = await loader.import(path);
  const config = [module.default, module].find(hasLoad);
  if (config !== undefined) requireRole(config, path, role);
  if (config === undefined) {
    throw new ForgeError('CONFIG_INVALID', `${path} has no load function.`, {
      about: path,
      hint: `Write \`export default ${role === 'data' ? 'defineData' : 'defineModel'}({ flags, load })\`, or \`export function load(flags) { … }\`.`,
    });
  }
  if (Object.is(config, module)) checkConfigExports(module, path);
  else if (Object.getPrototypeOf(config) === Object.prototype) checkConfigObject(config, path);
  return configModule(config, path, { path, loader });
}

/**
 * A config that is an object of the program, made with `defineData` or `defineModel`: its `load` runs as code of the
 * program, not of a config file.
 * @param loading how other configs are loaded inside its `load`. Default: as outside
 * @throws ForgeError CONFIG_INVALID naming what is wrong with it
 */
export function configFromObject(config: unknown, role: ConfigRole, loading?: ConfigBeingLoaded): ConfigModule {
  if (!hasLoad(config)) {
    throw new ForgeError('CONFIG_INVALID', `The ${role} config given as an object has no load function.`, {
      about: role,
      hint: `Make it with ${role === 'data' ? 'defineData' : 'defineModel'}({ flags, load }).`,
    });
  }
  const declared = declaredRole(config);
  if (declared !== undefined && declared !== role) {
    throw new ForgeError('CONFIG_INVALID', `The object given as the ${role} config declares a ${declared} config.`, {
      about: role,
      hint: `Pass it as \`${declared}\`.`,
    });
  }
  const label = `the ${role} config`;
  if (Object.getPrototypeOf(config) === Object.prototype) checkConfigObject(config, label);
  return configModule(config, label, loading);
}

function configModule(config: LoadedConfig, path: string, loading: ConfigBeingLoaded | undefined): ConfigModule {
  const flags = config.flags ?? {};
  checkFlags(flags, path, 'CONFIG_INVALID');
  const load: ConfigModule['load'] = (values, ...args) => callLoad(path, config, values, args);
  return {
    path,
    flags,
    files: config.files ?? [],
    load: loading === undefined ? load : (...args) => whileLoading(loading, () => load(...args)),
    close: async () => loading?.loader.close(),
  };
}

interface LoadedConfig {
  readonly flags?: FlagSpecs;
  readonly files?: readonly string[];
  load(flags: unknown, ...args: readonly unknown[]): unknown;
}

function hasLoad(candidate: unknown): candidate is LoadedConfig {
  return typeof candidate === 'object' && candidate !== null && typeof (candidate as LoadedConfig).load === 'function';
}

async function callLoad(
  path: string,
  config: LoadedConfig,
  values: unknown,
  args: readonly unknown[],
): Promise<unknown> {
  try {
    return await config.load(values, ...args);
  } catch (error) {
    if (isMissing(error)) throw missingFile(path, config.flags ?? {}, error);
    if (isForgeError(error)) throw error;
    throw new ForgeError('CONFIG_FAILED', `load of ${path} failed: ${messageOf(error)}`, { about: path, cause: error });
  }
}

/** A file that `load` reads is missing: it may be at another path on this machine. */
function missingFile(config: string, flags: FlagSpecs, error: unknown): ForgeError {
  const file = isForgeError(error) ? error.about : (error as NodeJS.ErrnoException).path;
  const paths = Object.entries(flags).filter(([, { kind }]) => kind === 'path');
  const given = paths.map(([name]) => `--${toKebab(name)} PATH`).join(', ');
  const hint =
    given === ''
      ? 'Restore the file, or run from the folder that its path is relative to. A flag.path would let you change the path.'
      : `Give its current path: ${given} (with --resume, also --override).`;
  const message = `load of ${config} needs ${file ?? 'a file'}, which does not exist.`;
  return new ForgeError('DATA_UNAVAILABLE', message, { about: file ?? config, hint, cause: error });
}

/** @param noun what the file is, in messages. @throws ForgeError CONFIG_NOT_FOUND */
export async function checkIsFile(path: string, noun = 'config file'): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new ForgeError('CONFIG_NOT_FOUND', `There is no ${noun} ${path}.`, { about: path, hint: 'Check the path.' });
  }
  if (!found.isFile()) {
    throw new ForgeError('CONFIG_NOT_FOUND', `${path} is not a file.`, {
      about: path,
      hint: `Name the ${noun} inside it.`,
    });
  }
}

function requireRole(config: object, path: string, role: ConfigRole | undefined): void {
  const declared = declaredRole(config);
  if (role === undefined || declared === undefined || declared === role) return;
  throw new ForgeError('CONFIG_INVALID', `${path} declares a ${declared} config, but was given as --${role}-config.`, {
    about: path,
    hint: `Give it as --${declared}-config.`,
  });
}
