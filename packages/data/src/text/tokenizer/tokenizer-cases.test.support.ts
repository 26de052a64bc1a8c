import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isForgeError } from '@forge-ml/core/plugin';
import { type EncodeOptions, TextTokenizer, type TokenizerJson } from './text-tokenizer.js';

export const fixtures = join(import.meta.dirname, '../../../fixtures/text');

/** One of each type, as published models have them. */
export const tokenizerNames = [
  'bert-uncased',
  'bert-cased',
  'gpt2',
  'roberta',
  'llama3',
  'qwen',
  'clip',
  'llama2',
  'gemma',
  'bpe-words',
  'xlm-roberta',
  't5',
  'albert',
] as const;

export function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T;
}

export function fixtureTokenizer(name: (typeof tokenizerNames)[number]): TextTokenizer {
  return new TextTokenizer(readJson<TokenizerJson>(fixtures, `${name}.json`));
}

const maxLength = 24;

/** How lines are encoded: alone, with the next line as a pair, and cut to 24 tokens in each way. */
const kinds: Readonly<Record<string, (pair: string) => EncodeOptions>> = {
  single: () => ({}),
  pair: (pair) => ({ pair }),
  plain: (pair) => ({ pair, specialTokens: false }),
  cut: (pair) => ({ pair, maxLength }),
  cutLeft: (pair) => ({ pair, maxLength, truncationSide: 'left' }),
  cutFirst: (pair) => ({ pair, maxLength, truncation: 'only_first' }),
  cutSecond: (pair) => ({ pair, maxLength, truncation: 'only_second' }),
  cutSecondLeft: (pair) => ({ pair, maxLength, truncation: 'only_second', truncationSide: 'left' }),
  singleLeft: () => ({ maxLength, truncationSide: 'left' }),
};

/** The tokenizers that a folder has expected tokens of. */
export function tokenizersIn(folder: string): string[] {
  return Object.keys(readJson<object>(folder, 'expected.json'));
}

/** The lines that are encoded in another way than by Python. */
export function differingLines(folder: string, name: string): string[] {
  const lines = readJson<string[]>(folder, 'lines.json');
  const expected = readJson<Record<string, Record<string, string>>>(folder, 'expected.json')[name]!;
  const own = existsSync(join(folder, `${name}.json`)) ? folder : fixtures;
  const tokenizer = new TextTokenizer(readJson<TokenizerJson>(own, `${name}.json`));
  return Object.entries(expected).flatMap(([kind, hashes]) => {
    const bytes = Buffer.from(hashes, 'base64');
    return lines.flatMap((line, at) => {
      const options = kinds[kind]!(lines[(at + 1) % lines.length]!);
      const found = encodedHash(tokenizer, line, options, kind !== 'single');
      return found === bytes.readUInt32LE(4 * at) ? [] : [`${kind}: ${JSON.stringify(line)}`];
    });
  });
}

/** 0 where the text that is to be cut is too short. */
function encodedHash(tokenizer: TextTokenizer, line: string, options: EncodeOptions, withTypes: boolean): number {
  try {
    const { ids, typeIds } = tokenizer.encode(line, options);
    return hashOf(withTypes ? [...ids, ...typeIds] : ids);
  } catch (error) {
    if (isForgeError(error) && error.about === 'truncation') return 0;
    throw error;
  }
}

/** CRC-32 of numbers of 32 bits. */
function hashOf(numbers: readonly number[]): number {
  return crc32(new Uint8Array(Uint32Array.from(numbers).buffer));
}
