import {
  type FlagSpecs,
  type FlagValues,
  ForgeError,
  flag,
  plainValues,
  readArguments,
  resolveFlags,
  toKebab,
  unknownFlag,
} from '@forge-ml/core/flags';

/** A positional argument of a command. */
export interface WordSpec {
  readonly name: string;
  readonly required: boolean;
  /** Whether it takes all remaining words. */
  readonly multiple: boolean;
}

export interface CommandLine<F extends FlagSpecs> {
  readonly flags: FlagValues<F>;
  /** Each value of the flags that may be given several times. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly words: readonly string[];
}

/** The command as it is typed, its flags that may be given several times, and an optional function that explains an extra word. */
export interface CommandName {
  readonly command: string;
  /** Names of flags that may be given several times. */
  readonly repeatable?: readonly string[];
  readonly stray?: (word: string) => Promise<ForgeError> | undefined;
}

/** Flags of every command; the base class has already applied them. */
const globalFlags = { json: flag.boolean(false, ''), debug: flag.boolean(false, '') };

/** Parses a command's flags and words. @throws ForgeError FLAG_UNKNOWN, FLAG_INVALID, FLAG_CONFLICT or USAGE */
export async function readCommandLine<F extends FlagSpecs>(
  argv: readonly string[],
  specs: F,
  expected: readonly WordSpec[],
  { command, repeatable = [], stray: explain }: CommandName,
): Promise<CommandLine<F>> {
  const known = { ...specs, ...globalFlags };
  const { values, lists, positionals, unknown } = readArguments(argv, known, repeatable);
  if (unknown[0] !== undefined) throw unknownHere(unknown[0], known);
  const missing = expected.slice(positionals.length).find(({ required }) => required);
  if (missing !== undefined) {
    const article = /^[aeiou]/i.test(missing.name) ? 'an' : 'a';
    throw new ForgeError('USAGE', `forge ${command} requires ${article} ${missing.name.toUpperCase()}.`, {
      about: missing.name,
      hint: `See forge ${command} --help.`,
    });
  }
  const stray = expected.at(-1)?.multiple ? undefined : positionals[expected.length];
  if (stray !== undefined) {
    const meant = await explain?.(positionals[0]!);
    if (meant !== undefined && (expected.length === 0 || meant.hint?.startsWith('Did you mean'))) throw meant;
    const before = [command, ...positionals.slice(0, expected.length)].join(' ');
    throw new ForgeError('USAGE', `"${stray}" is not expected after forge ${before}.`, {
      about: stray,
      hint: meant?.hint ?? `forge ${command} --help lists its arguments.`,
    });
  }
  const given = Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(specs, name)));
  const flags = plainValues(resolveFlags(specs, [{ source: 'command line', values: given }]));
  return { flags: flags as FlagValues<F>, lists, words: positionals };
}

function unknownHere(given: string, known: FlagSpecs): ForgeError {
  const error = unknownFlag(given.replace(/^-+/, ''), known);
  if (error.hint?.startsWith('Did you mean')) return error;
  const names = Object.keys(known).map((name) => `--${toKebab(name)}`);
  return new ForgeError('FLAG_UNKNOWN', error.message, {
    about: given,
    hint: `Available: ${names.join(', ')}.`,
  });
}
