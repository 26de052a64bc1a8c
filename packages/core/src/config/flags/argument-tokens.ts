import { toKebab } from '../../text/flag-names.js';
import type { FlagSpecs } from './flag.js';

/** One word of the command line, as far as it can be read before the flags are known. */
type ArgumentPart =
  | { readonly kind: 'positional'; readonly text: string }
  | { readonly kind: 'long'; readonly text: string; readonly name: string; readonly value: string | undefined }
  /** `-abc`: one-letter flags, or `-a` with the value `bc`. */
  | { readonly kind: 'short'; readonly text: string; readonly letters: string }
  /** `--`: everything after it is positional. */
  | { readonly kind: 'terminator'; readonly text: string };

export type ArgumentToken =
  | { readonly kind: 'positional'; readonly text: string }
  | {
      readonly kind: 'flag';
      /** The flag as it was given, without its value: `--run-name`. */
      readonly text: string;
      /** In kebab case, without dashes. */
      readonly name: string;
      readonly value: string | undefined;
      /** Whether the value is in the same word: `--name=value`. */
      readonly isInline: boolean;
      /** The position of its word. */
      readonly index: number;
    };

/** Splits arguments by the conventions of POSIX and GNU, as `parseArgs` of `node:util` does. */
export function splitArguments(argv: readonly string[]): readonly ArgumentPart[] {
  return argv.map((word) => {
    if (word === '--') return { kind: 'terminator', text: word };
    const long = /^--(.[^=]*)(?:=(.*))?$/s.exec(word);
    if (long !== null) return longFlag(long[1]!, long[2]);
    if (/^-[^-]/.test(word)) return { kind: 'short', text: word, letters: word.slice(1) };
    return { kind: 'positional', text: word };
  });
}

function longFlag(given: string, value: string | undefined): ArgumentPart {
  const name = /^[A-Za-z][\w-]*$/.test(given) ? toKebab(given) : given;
  return { kind: 'long', text: `--${name}${value === undefined ? '' : `=${value}`}`, name, value };
}

/** Reads the parts for these flags: one that is not boolean takes the next word, whatever that looks like. */
export function* readTokens(parts: readonly ArgumentPart[], specs: FlagSpecs): Generator<ArgumentToken> {
  const valued = new Set(Object.keys(specs).flatMap((name) => (specs[name]!.kind === 'boolean' ? [] : toKebab(name))));
  let isEnded = false;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    if (isEnded || part.kind === 'positional') yield { kind: 'positional', text: part.text };
    else if (part.kind === 'terminator') isEnded = true;
    else if (part.kind === 'long') {
      const { name, value: inline } = part;
      const isInline = inline !== undefined;
      const value = inline ?? (valued.has(name) ? parts[index + 1]?.text : undefined);
      yield { kind: 'flag', text: `--${name}`, name, value, isInline, index };
      if (!isInline && value !== undefined) index++;
    } else {
      const tokens = shortFlags(part.letters, valued, parts[index + 1]?.text);
      for (const token of tokens) yield { ...token, index };
      const last = tokens.at(-1);
      if (last?.value !== undefined && !last.isInline) index++;
    }
  }
}

type ShortFlag = Omit<Extract<ArgumentToken, { kind: 'flag' }>, 'index'>;

function shortFlags(letters: string, valued: ReadonlySet<string>, next: string | undefined): ShortFlag[] {
  const flags: ShortFlag[] = [];
  for (let at = 0; at < letters.length; at++) {
    const name = letters[at]!;
    const base = { kind: 'flag', text: `-${name}`, name } as const;
    if (!valued.has(name)) {
      flags.push({ ...base, value: undefined, isInline: false });
      continue;
    }
    const rest = letters.slice(at + 1);
    flags.push(rest === '' ? { ...base, value: next, isInline: false } : { ...base, value: rest, isInline: true });
    break;
  }
  return flags;
}
