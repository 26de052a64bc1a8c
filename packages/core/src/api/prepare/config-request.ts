import type { ConfigObject } from '../../config/define.js';
import { checkFlags } from '../../config/flags/check-flags.js';
import type { Flag, FlagSpecs, FlagValues } from '../../config/flags/flag.js';
import type { FlagLayer } from '../../config/flags/resolve-flags.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { findName } from '../../text/flag-names.js';

/** A value of a flag, or text as on the command line; undefined is as if it were not given. */
export type GivenValue = string | number | boolean | null | undefined;

/** In `flags` of a script: a value of any flag, or the declaration of a flag of the script's own. */
export type ScriptFlags = Readonly<Record<string, Flag<unknown> | GivenValue>>;

/** What `Forge.config` and `Forge.train` are asked for. Names of flags may be in any spelling. */
export interface ConfigRequest<
  F extends ScriptFlags = ScriptFlags,
  D extends ConfigObject = ConfigObject,
  M extends ConfigObject = ConfigObject,
> {
  /** The data config as an object, instead of a file; then `model` is one too. */
  readonly data?: D;
  /** The model config as an object, instead of a file; then `data` is one too. */
  readonly model?: M;
  /**
   * Values of flags, as in `set`; and flags of the script's own, declared with `flag`, beside those of the run and of
   * the configs.
   */
  readonly flags?: F;
  /** Values of flags that win over every other place, the command line included; `resume` and the like too. */
  readonly set?: Readonly<Record<string, GivenValue>>;
  /** Values of flags that every other place wins over. */
  readonly defaults?: Readonly<Record<string, GivenValue>>;
  /**
   * Values of flags from a file of the script's own, as of a flags file: they win over the project file and the
   * environment. Relative paths start at `base`, absolute.
   */
  readonly file?: { readonly values: Readonly<Record<string, GivenValue>>; readonly base: string };
  /** The command line to read flags from; `[]` in a server. Default: the process's arguments. */
  readonly argv?: readonly string[];
}

/** The values of the flags that a script declares. */
export type DeclaredValues<F> = {
  readonly [K in keyof F as F[K] extends Flag<unknown> ? K : never]: F[K] extends Flag<infer T> ? T : never;
};

/** The values of the flags of a config object. */
export type ConfigValues<C> = C extends { readonly flags: infer F extends FlagSpecs } ? FlagValues<F> : unknown;

/** Both configs as objects of a script. */
export interface ConfigObjects {
  readonly data: ConfigObject;
  readonly model: ConfigObject;
}

/** A request, checked and sorted. */
export interface ReadRequest {
  readonly argv: readonly string[] | undefined;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly file: FlagLayer | undefined;
  /** The values of `flags` and `set`. */
  readonly set: Readonly<Record<string, unknown>>;
  /** The flags that the script declares. */
  readonly declared: FlagSpecs;
  /** null where the configs are files. */
  readonly configs: ConfigObjects | null;
}

const fileInstead = (flag: string) => `Name a config file with set: { ${flag}: 'FILE' }.`;

/** @throws ForgeError OPTION_UNKNOWN, FLAG_INVALID, FLAG_CONFLICT for a value that is given twice, USAGE */
export function readRequest(request: ConfigRequest): ReadRequest {
  checkOptions(request, ['data', 'model', 'flags', 'set', 'defaults', 'file', 'argv'], {
    of: 'Forge.config(request)',
    synonyms: {
      values: 'set',
      overrides: 'set',
      args: 'argv',
      dataConfig: fileInstead('dataConfig'),
      modelConfig: fileInstead('modelConfig'),
    },
  });
  const { argv, defaults = {}, set = {}, flags = {}, file } = request;
  const own = Object.entries(flags);
  const isDeclared = (entry: unknown) => typeof entry === 'object' && entry !== null;
  const declared = Object.fromEntries(own.filter(([, entry]) => isDeclared(entry)));
  checkFlags(declared, 'Forge.config(request)', 'FLAG_INVALID');
  const values = own.filter(([, entry]) => !isDeclared(entry));
  const twice = values.find(([name]) => findName(name, Object.keys(set)) !== undefined)?.[0];
  if (twice !== undefined) throw givenTwice(twice);
  return {
    argv,
    defaults: given(Object.entries(defaults)),
    file: file && { source: 'flags file', values: given(Object.entries(file.values)), base: file.base },
    set: given([...values, ...Object.entries(set)]),
    declared,
    configs: configObjects(request),
  };
}

function given(values: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function configObjects({ data, model }: ConfigRequest): ConfigObjects | null {
  if (data !== undefined && model !== undefined) return { data, model };
  if (data === undefined && model === undefined) return null;
  const [present, absent] = data === undefined ? ['model', 'data'] : ['data', 'model'];
  throw new ForgeError('USAGE', `\`${present}\` is a config object, but \`${absent}\` is missing.`, {
    about: absent,
    hint: 'Give both configs as objects, or both as files: set: { dataConfig, modelConfig }.',
  });
}

function givenTwice(name: string): ForgeError {
  return new ForgeError('FLAG_CONFLICT', `${name} has a value in \`flags\` and in \`set\`.`, {
    about: name,
    hint: 'Give it once.',
  });
}
