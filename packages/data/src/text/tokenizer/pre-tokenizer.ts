import { punctuation, whiteSpace, word } from './characters.js';
import { type Config, unsupported } from './config.js';
import { library } from './library.js';
import { splitBy } from './split-by.js';

/** A part of a normalized text; whether the text begins with it. */
export interface Part {
  readonly text: string;
  readonly first: boolean;
}

/** Splits a part of a text into those that the model encodes one by one. */
export type PreTokenize = (part: Part) => readonly Part[];

const spaces = new RegExp(whiteSpace, 'gu');
const punctuations = new RegExp(punctuation, 'gu');
const words = new RegExp(`${word}+|(?:(?!${word})\\P{White_Space})+`, 'gu');

/**
 * A pre-tokenizer of a tokenizer.json, as the reference implementation computes it.
 * @throws ForgeError DATA_INVALID for a type that it does not know
 */
export function preTokenizerOf(config: Config | null | undefined): PreTokenize {
  if (config === null || config === undefined) return (part) => [part];
  if (config.type === 'Sequence') {
    const steps = (config.pretokenizers as readonly Config[]).map(preTokenizerOf);
    return (part) => steps.reduce<readonly Part[]>((parts, step) => parts.flatMap(step), [part]);
  }
  if (config.type === 'Metaspace') return metaspace(config);
  const split = splitterOf(config);
  return ({ text, first }) => {
    let at = 0;
    return split(text).map((piece) => {
      const found = text.startsWith(piece, at) ? at : text.indexOf(piece, at);
      at = found < 0 ? at + piece.length : found + piece.length;
      return { text: piece, first: first && found === 0 };
    });
  };
}

function splitterOf(config: Config): (text: string) => readonly string[] {
  switch (config.type) {
    case 'BertPreTokenizer':
      return (text) => splitBy(text, spaces, 'removed').flatMap((piece) => splitBy(piece, punctuations, 'isolated'));
    case 'Whitespace':
      return (text) => splitBy(text, words, 'removed', true);
    case 'WhitespaceSplit':
      return (text) => splitBy(text, spaces, 'removed');
    case 'CharDelimiterSplit':
      return (text) => text.split(String(config.delimiter)).filter((piece) => piece !== '');
    case 'Punctuation':
      return (text) => splitBy(text, punctuations, String(config.behavior ?? 'isolated'));
    case 'Digits': {
      const behavior = config.individual_digits === true ? 'isolated' : 'contiguous';
      return (text) => splitBy(text, /\p{N}/gu, behavior);
    }
    case 'Split': {
      const { pattern } = new library.SplitPreTokenizer({ ...config, invert: true });
      if (pattern === null) throw unsupported('pre-tokenizer with the pattern', config.pattern);
      return (text) => splitBy(text, pattern, String(config.behavior), config.invert === true);
    }
    case 'FixedLength':
      return (text) => {
        const chars = [...text];
        const length = Math.max(1, Number(config.length));
        const starts = Array.from({ length: Math.ceil(chars.length / length) }, (_, at) => at * length);
        return starts.map((start) => chars.slice(start, start + length).join(''));
      };
    case 'ByteLevel':
      return byteLevel(config);
    default:
      throw unsupported('pre-tokenizer', config.type);
  }
}

/** Writes spaces as `▁`, adds one in front, and splits before each. */
function metaspace(config: Config): PreTokenize {
  const replacement = String(config.replacement ?? '▁');
  // Files of before version 0.15 have `add_prefix_space`.
  const scheme = config.prepend_scheme ?? (config.add_prefix_space === false ? 'never' : 'always');
  const pattern = new RegExp(replacement.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gu');
  return ({ text, first }) => {
    const spaced = text.replaceAll(' ', replacement);
    const prepends = (scheme === 'always' || (scheme === 'first' && first)) && !spaced.startsWith(replacement);
    const whole = prepends ? `${replacement}${spaced}` : spaced;
    const pieces = config.split === false ? [whole] : splitBy(whole, pattern, 'merged_with_next');
    return pieces.map((piece, at) => ({ text: piece, first: first && at === 0 }));
  };
}

/** The words of GPT-2, whose bytes are written as printable characters. */
function byteLevel(config: Config): (text: string) => readonly string[] {
  const pattern = config.use_regex === false ? undefined : gpt2Words;
  const prepends = config.add_prefix_space === true;
  return (text) => {
    const spaced = prepends && !text.startsWith(' ') ? ` ${text}` : text;
    return (pattern === undefined ? [spaced] : splitBy(spaced, pattern, 'isolated')).map(bytesAsCharacters);
  };
}

const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Printable bytes of Latin-1 are their characters; the others are those from U+0100 on. */
const characters = (() => {
  let next = 0x100;
  const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
})();

function bytesAsCharacters(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text)) out += characters[byte];
  return out;
}
