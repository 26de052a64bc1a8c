import { parseArgs } from 'node:util';
import { ForgeError } from '../../errors/forge-error.js';
import { findName, toKebab } from '../../text/flag-names.js';
import type { FlagSpecs } from './flag.js';
import { unknownFlag } from './resolve-flags.js';

export interface ReadArguments {
  /** By declared name: text, or true/false for boolean flags. */
  readonly values: Readonly<Record<string, string | boolean>>;
  readonly positionals: readonly string[];
  readonly unknown: readonly string[];
}

/** Reads `--name value`, `--name=value`, `--switch` and `--no-switch`; lists undeclared flags without refusing them. */
export function readArguments(argv: readonly string[], specs: FlagSpecs): ReadArguments {
  const names = Object.keys(specs);
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  const unknown: string[] = [];
  for (const token of tokensOf(argv, specs)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const name = findName(token.name, names);
    const negated = token.name.startsWith('no-') ? findName(token.name.slice(3), names) : undefined;
    if (name !== undefined) values[name] = readValue(name, specs[name]!.kind === 'boolean', token);
    else if (negated !== undefined && specs[negated]!.kind === 'boolean')
      values[negated] = readNegation(negated, token);
    else unknown.push(token.rawName);
  }
  return { values, positionals, unknown };
}

/** The arguments without the given flags and their values. */
export function withoutArguments(argv: readonly string[], specs: FlagSpecs): string[] {
  const names = Object.keys(specs);
  const removed = new Set<number>();
  for (const token of tokensOf(argv, specs)) {
    if (token.kind !== 'option') continue;
    const name = findName(token.name, names) ?? findName(token.name.replace(/^no-/, ''), names);
    if (name === undefined) continue;
    removed.add(token.index);
    if (token.value !== undefined && !token.inlineValue) removed.add(token.index + 1);
  }
  return argv.filter((_, index) => !removed.has(index));
}

/** @throws ForgeError FLAG_UNKNOWN for the first unknown flag, USAGE for a positional argument. */
export function readAllArguments(argv: readonly string[], specs: FlagSpecs): ReadArguments['values'] {
  const { values, positionals, unknown } = readArguments(argv, specs);
  if (unknown[0] !== undefined) throw unknownFlag(unknown[0].replace(/^-+/, ''), specs);
  if (positionals[0] !== undefined) throw strayWord(positionals[0]);
  return values;
}

export function strayWord(word: string): ForgeError {
  return new ForgeError('USAGE', `Unexpected argument "${word}": every setting is a --flag.`, {
    about: word,
    hint: 'Write it as --name value; a value with spaces needs quotes.',
  });
}

function tokensOf(argv: readonly string[], specs: FlagSpecs) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { kind }]) => {
      return [toKebab(name), { type: kind === 'boolean' ? 'boolean' : 'string' } as const];
    }),
  );
  return parseArgs({ args: argv.map(normalise), options, strict: false, tokens: true }).tokens;
}

function normalise(argument: string): string {
  const match = /^--([A-Za-z][\w-]*)(=.*)?$/s.exec(argument);
  return match === null ? argument : `--${toKebab(match[1]!)}${match[2] ?? ''}`;
}

/** The value after a flag's name, or after its equals sign. */
interface Given {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readValue(name: string, isBoolean: boolean, { value, inlineValue }: Given): string | boolean {
  // In `--run-name --seed 3` the value is missing; a value that starts with -- needs an equals sign.
  const isNextFlag = inlineValue === false && /^--[A-Za-z]/.test(value ?? '');
  if (value !== undefined && !isNextFlag) return value;
  if (isBoolean) return true;
  throw new ForgeError('FLAG_INVALID', `--${toKebab(name)} needs a value.`, {
    about: name,
    hint: `Write --${toKebab(name)} VALUE, or --${toKebab(name)}=VALUE.`,
  });
}

function readNegation(name: string, { value }: Given): false {
  if (value === undefined) return false;
  throw new ForgeError('FLAG_INVALID', `--no-${toKebab(name)} takes no value.`, {
    about: name,
    hint: `Write --${toKebab(name)} or --no-${toKebab(name)}.`,
  });
}
