import { ForgeError } from '../../errors/forge-error.js';
import { findName, toKebab } from '../../text/flag-names.js';
import { shellWord } from '../../text/shell-word.js';
import { type ArgumentToken, readTokens, splitArguments } from './argument-tokens.js';
import type { FlagSpecs } from './flag.js';
import { unknownFlag } from './resolve-flags.js';

export interface ReadArguments {
  /** By declared name: text, or true/false for boolean flags. */
  readonly values: Readonly<Record<string, string | boolean>>;
  /** Each value of the flags that may be given several times, in order. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly positionals: readonly string[];
  readonly unknown: readonly string[];
}

/** Command-line arguments, split once. Which words are values depends on the flags that are declared. */
export class Arguments {
  private readonly parts: ReturnType<typeof splitArguments>;

  constructor(readonly argv: readonly string[]) {
    this.parts = splitArguments(argv);
  }

  /**
   * Reads `--name value`, `--name=value`, `--switch` and `--no-switch`; lists undeclared flags without refusing them.
   * @param repeatable names of flags that may be given several times: they are in `lists`, not in `values`
   * @throws ForgeError FLAG_INVALID for a flag without its value, FLAG_CONFLICT for another flag that is given twice
   */
  read(specs: FlagSpecs, repeatable: readonly string[] = []): ReadArguments {
    const names = Object.keys(specs);
    const values: Record<string, string | boolean> = {};
    const lists: Record<string, string[]> = Object.fromEntries(repeatable.map((name) => [name, []]));
    const set = (name: string, value: string | boolean) => {
      if (Object.hasOwn(lists, name)) lists[name]!.push(String(value));
      else if (Object.hasOwn(values, name)) throw givenTwice(name, values[name]!, value);
      else values[name] = value;
    };
    const positionals: string[] = [];
    const unknown: string[] = [];
    for (const token of readTokens(this.parts, specs)) {
      if (token.kind === 'positional') {
        positionals.push(token.text);
        continue;
      }
      const name = findName(token.name, names);
      const negated = token.name.startsWith('no-') ? findName(token.name.slice(3), names) : undefined;
      if (name !== undefined) set(name, readValue(name, specs[name]!.kind === 'boolean', token));
      else if (negated !== undefined && specs[negated]!.kind === 'boolean') set(negated, readNegation(negated, token));
      else unknown.push(token.text);
    }
    return { values, lists, positionals, unknown };
  }

  /** @throws ForgeError FLAG_UNKNOWN for the first unknown flag, USAGE for a positional argument. */
  readAll(specs: FlagSpecs): ReadArguments['values'] {
    const { values, positionals, unknown } = this.read(specs);
    if (unknown[0] !== undefined) throw unknownFlag(unknown[0].replace(/^-+/, ''), specs);
    if (positionals[0] !== undefined) throw strayWord(positionals[0]);
    return values;
  }

  /** The arguments without the given flags and their values. */
  without(specs: FlagSpecs): string[] {
    const names = Object.keys(specs);
    const removed = new Set<number>();
    for (const token of readTokens(this.parts, specs)) {
      if (token.kind === 'positional') continue;
      const name = findName(token.name, names) ?? findName(token.name.replace(/^no-/, ''), names);
      if (name === undefined) continue;
      removed.add(token.index);
      if (token.value !== undefined && !token.isInline) removed.add(token.index + 1);
    }
    return this.argv.filter((_, index) => !removed.has(index));
  }
}

/** Reads arguments for flags; see `Arguments.read`. */
export function readArguments(
  argv: readonly string[],
  specs: FlagSpecs,
  repeatable: readonly string[] = [],
): ReadArguments {
  return new Arguments(argv).read(specs, repeatable);
}

export function strayWord(word: string): ForgeError {
  return new ForgeError('USAGE', `Unexpected argument "${word}": every setting is a --flag.`, {
    about: word,
    hint: 'Write it as --name value; a value with spaces needs quotes.',
  });
}

type FlagToken = Extract<ArgumentToken, { kind: 'flag' }>;

function readValue(name: string, isBoolean: boolean, { value, isInline }: FlagToken): string | boolean {
  // In `--run-name --seed 3` the value is missing; a value that starts with -- needs an equals sign.
  const isNextFlag = !isInline && /^--[A-Za-z]/.test(value ?? '');
  if (value !== undefined && !isNextFlag) return value;
  if (isBoolean) return true;
  throw new ForgeError('FLAG_INVALID', `--${toKebab(name)} needs a value.`, {
    about: name,
    hint: `Write --${toKebab(name)} VALUE, or --${toKebab(name)}=VALUE.`,
  });
}

/** Otherwise one of the two values would have no effect. */
function givenTwice(name: string, first: string | boolean, second: string | boolean): ForgeError {
  const [one, other] = [written(name, first), written(name, second)];
  return new ForgeError('FLAG_CONFLICT', `--${toKebab(name)} is given twice.`, {
    about: name,
    hint: one === other ? `Give ${one} once.` : `Keep one of the two: ${one} or ${other}.`,
  });
}

function written(name: string, value: string | boolean): string {
  if (typeof value === 'string') return `--${toKebab(name)}=${shellWord(value)}`;
  return value ? `--${toKebab(name)}` : `--no-${toKebab(name)}`;
}

function readNegation(name: string, { value }: FlagToken): false {
  if (value === undefined) return false;
  throw new ForgeError('FLAG_INVALID', `--no-${toKebab(name)} takes no value.`, {
    about: name,
    hint: `Write --${toKebab(name)} or --no-${toKebab(name)}.`,
  });
}
