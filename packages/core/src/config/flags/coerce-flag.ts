import { ForgeError } from '../../errors/forge-error.js';
import { toKebab } from '../../text/flag-names.js';
import type { Flag } from './flag.js';

/**
 * Converts a flag's input to its value: text from a command line, or a value from a file.
 * @throws ForgeError FLAG_INVALID naming the flag, its valid values and the input.
 */
export function coerceFlag(name: string, flag: Flag<unknown>, given: unknown): unknown {
  if (given === null && flag.nullable) return null;
  const value = typeof given === 'string' ? fromText(flag, given) : fromValue(flag, given);
  if (value === undefined) throw invalid(name, flag, given, `takes ${describeKind(flag)}`);
  if (flag.choices !== undefined && !flag.choices.includes(value as string)) {
    throw invalid(name, flag, given, `takes one of ${flag.choices.join(', ')}`);
  }
  if (typeof value === 'number') {
    if (flag.min !== undefined && value < flag.min) throw invalid(name, flag, given, `must be at least ${flag.min}`);
    if (flag.max !== undefined && value > flag.max) throw invalid(name, flag, given, `must be at most ${flag.max}`);
  }
  return value;
}

export function describeKind(flag: Flag<unknown>): string {
  switch (flag.kind) {
    case 'integer':
      return 'a whole number';
    case 'float':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'text';
    case 'path':
      return 'a path';
  }
}

function fromText(flag: Flag<unknown>, text: string): unknown {
  switch (flag.kind) {
    case 'integer':
    case 'float':
      return text.trim() === '' ? undefined : checkNumber(flag, Number(text));
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'string':
    case 'path':
      return text;
  }
}

function fromValue(flag: Flag<unknown>, value: unknown): unknown {
  if (flag.kind === 'integer' || flag.kind === 'float') {
    return typeof value === 'number' ? checkNumber(flag, value) : undefined;
  }
  return typeof value === (flag.kind === 'path' ? 'string' : flag.kind) ? value : undefined;
}

function checkNumber(flag: Flag<unknown>, value: number): number | undefined {
  const fits = flag.kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  return fits ? value : undefined;
}

function invalid(name: string, flag: Flag<unknown>, given: unknown, rule: string): ForgeError {
  const fallback = flag.default === null ? '' : ` Default: ${flag.default}.`;
  return new ForgeError('FLAG_INVALID', `--${toKebab(name)} ${rule}, not ${JSON.stringify(given)}.`, {
    about: name,
    hint: `${flag.description}${fallback}`,
  });
}
