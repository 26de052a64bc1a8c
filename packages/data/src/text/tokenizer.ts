import { isAbsolute } from 'node:path';
import { locateFile, noteFileRead } from '@forge-ml/core/node';
import { checkOptions, ForgeError, isForgeError, messageOf } from '@forge-ml/core/plugin';
import { printableText } from '@forge-ml/core/text';
import { cleanedUp } from './tokenizer/clean-up.js';
import { type EncodedText, type EncodeOptions, TextTokenizer, type TokenizerJson } from './tokenizer/text-tokenizer.js';
import { readTokenizerFiles, type TokenizerData } from './tokenizer-files.js';

export type { EncodedText, EncodeOptions } from './tokenizer/text-tokenizer.js';

/** The tokenizer of a model of Hugging Face, token for token that of Python's `tokenizers`. */
export class Tokenizer {
  readonly data: TokenizerData;
  #text: TextTokenizer | undefined;

  constructor(data: TokenizerData) {
    this.data = data;
  }

  /** Encodes a text, or a pair of texts. */
  encode(text: string, options?: EncodeOptions): EncodedText {
    checkOptions(options, ['pair', 'maxLength', 'specialTokens', 'truncation', 'truncationSide'], { of: 'encode' });
    const { truncationSide = this.data.truncationSide } = options ?? {};
    return this.#tokenizer.encode(text, { ...options, truncationSide });
  }

  /** The text of tokens, without special tokens. */
  decode(ids: readonly number[], options?: { readonly specialTokens?: boolean }): string {
    checkOptions(options, ['specialTokens'], { of: 'decode' });
    const text = this.#tokenizer.decode(ids, options);
    return this.data.cleanUp === true ? cleanedUp(text) : text;
  }

  /** The id of a token; undefined where there is none. */
  idOf(token: string): number | undefined {
    return this.#tokenizer.idOf(token);
  }

  /** How many tokens there are: a model needs as many embeddings, or more. */
  get size(): number {
    return this.#tokenizer.size;
  }

  /** How many special tokens are put around a text, or a pair of texts. */
  specialTokens(pair = false): number {
    return this.#tokenizer.specialTokens(pair);
  }

  /** Whether the second text of a pair has tokens of another type than the first, as BERT's. */
  get hasTypes(): boolean {
    return this.#tokenizer.encode('a', { pair: 'a' }).typeIds.some((type) => type !== 0);
  }

  get #tokenizer(): TextTokenizer {
    this.#text ??= open(this.data);
    return this.#text;
  }
}

/**
 * Reads the tokenizer of a model: tokenizer.json, and tokenizer_config.json beside it. In a config's `load`, relative paths
 * start where those of readers start.
 * @param path the file, or the folder that it is in
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM naming the file and what is missing or not supported
 */
export function readTokenizer(path: string | URL): Tokenizer {
  const tokenizer = new Tokenizer(readTokenizerFiles(locateFile('readTokenizer', path, false), noted, warnOnce));
  // Reports a tokenizer that cannot be used where it is named.
  tokenizer.specialTokens();
  return tokenizer;
}

function noted(file: string): void {
  if (isAbsolute(file)) noteFileRead(file, 'readTokenizer');
}

const warned = new Set<string>();

/** Each data config of a run reads the tokenizer. */
function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  process.stderr.write(`Warning: ${printableText(message)}\n`);
}

function open({ tokenizer, splitSpecialTokens = false }: TokenizerData): TextTokenizer {
  try {
    return new TextTokenizer(tokenizer as unknown as TokenizerJson, { splitSpecialTokens });
  } catch (error) {
    if (isForgeError(error)) throw error;
    throw new ForgeError('DATA_INVALID', `The tokenizer cannot be used: ${messageOf(error)}`, {
      about: 'tokenizer',
      hint: 'Save it again with a current version of transformers.',
      cause: error,
    });
  }
}
