import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextTokenizer, type TokenizerJson } from './text-tokenizer.js';

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

type Kind = 'single' | 'pair' | 'cut';
const most = 24;

/** The lines that are encoded in another way than by Python: alone, with the next line as a pair, and cut to 24 tokens. */
export function differingLines(folder: string, name: (typeof tokenizerNames)[number]): string[] {
  const lines = readJson<string[]>(folder, 'lines.json');
  const expected = readJson<Record<string, Record<Kind, string>>>(folder, 'expected.json')[name]!;
  const tokenizer = fixtureTokenizer(name);
  const kinds = ['single', 'pair', 'cut'] as const;
  return kinds.flatMap((kind) => {
    const bytes = Buffer.from(expected[kind], 'base64');
    return lines.flatMap((line, at) => {
      const pair = lines[(at + 1) % lines.length]!;
      const options = kind === 'single' ? {} : kind === 'pair' ? { pair } : { pair, maxLength: most };
      const { ids, typeIds } = tokenizer.encode(line, options);
      const found = hashOf(kind === 'single' ? ids : [...ids, ...typeIds]);
      return found === bytes.readUInt32LE(4 * at) ? [] : [`${kind}: ${JSON.stringify(line)}`];
    });
  });
}

/** FNV-1a, 32 bits, of numbers below 2^24. */
function hashOf(numbers: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const number of numbers) {
    for (const byte of [number & 255, (number >> 8) & 255, number >> 16]) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}
