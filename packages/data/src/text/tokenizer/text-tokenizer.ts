import { type AddedToken, addedTokenSplitter } from './added-tokens.js';
import type { Config } from './config.js';
import { library } from './library.js';
import { modelOf } from './model.js';
import { type Normalize, normalizerOf } from './normalizer.js';
import { type PreTokenize, preTokenizerOf } from './pre-tokenizer.js';
import { specialsIn, type Templates, templatesOf } from './special-tokens.js';
import { encodedLength, keptLengths, type Side, type Truncation, type WordIds } from './truncate.js';

/** The tokens of a text, with the special tokens around it. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** 1 for the tokens of a second text, if the model tells them apart. */
  readonly typeIds: readonly number[];
}

export interface EncodeOptions {
  /** The second text of a pair. */
  readonly pair?: string;
  /** Longer texts are cut, the special tokens stay. Default: not cut. */
  readonly maxLength?: number;
  /** Which text of a pair is cut. Default: `longest_first`, the longer one first. */
  readonly truncation?: Truncation;
  /** The end at which texts are cut. Default: `right`. */
  readonly truncationSide?: Side;
  /** Whether special tokens are put around the text. Default: true. */
  readonly specialTokens?: boolean;
}

/** What a tokenizer.json has, as far as it is read here. */
export interface TokenizerJson {
  readonly model: Config;
  readonly normalizer?: Config | null;
  readonly pre_tokenizer?: Config | null;
  readonly post_processor?: Config | null;
  readonly decoder?: Config | null;
  readonly added_tokens?: readonly AddedTokenJson[];
  readonly truncation?: unknown;
  readonly padding?: unknown;
}

interface AddedTokenJson {
  readonly id: number;
  readonly content: string;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
  readonly special?: boolean;
}

/**
 * A tokenizer, token for token the one of Python's `tokenizers`. WordPiece and the decoders are those of
 * `@huggingface/tokenizers`; the rest is here, where JavaScript's characters and that library differ from the reference.
 */
export class TextTokenizer {
  readonly #library: InstanceType<typeof library.Tokenizer>;
  readonly #normalize: Normalize;
  readonly #preTokenize: PreTokenize;
  readonly #model: (word: string) => readonly number[];
  readonly #templates: Templates;
  readonly #raw: ReturnType<typeof addedTokenSplitter>;
  readonly #normalized: ReturnType<typeof addedTokenSplitter>;
  readonly #added: readonly AddedToken[];

  /**
   * @param options.splitSpecialTokens whether special tokens in a text are encoded as any text. Default: false
   * @throws ForgeError DATA_INVALID for parts that are not supported; an error of the library for a model that it cannot read
   */
  constructor(json: TokenizerJson, { splitSpecialTokens = false }: { readonly splitSpecialTokens?: boolean } = {}) {
    this.#normalize = normalizerOf(json.normalizer);
    this.#preTokenize = preTokenizerOf(json.pre_tokenizer);
    this.#templates = templatesOf(json.post_processor);
    this.#added = (json.added_tokens ?? []).map(readAddedToken);
    // The library would put added tokens into the model's vocabulary, and find them inside of words.
    const bare = { normalizer: null, pre_tokenizer: null, post_processor: null, added_tokens: [] };
    this.#library = new library.Tokenizer({ ...bare, model: json.model, decoder: json.decoder ?? null }, {});
    this.#model = modelOf(json.model, this.#library.model);
    for (const { id, content } of this.#added) this.#library.model.vocab[id] = content;
    if (this.#library.decoder !== null) this.#library.decoder.added_tokens = this.#added;
    // Tokens that are looked for in the normalized text come second, also where there is no normalizer.
    const found = this.#added.filter(({ special }) => !(special && splitSpecialTokens));
    this.#raw = addedTokenSplitter(byContent(found.filter(({ normalized }) => !normalized)));
    this.#normalized = addedTokenSplitter(
      byContent(
        found.filter(({ normalized }) => normalized),
        this.#normalize,
      ),
    );
  }

  /** Encodes a text, or a pair of texts. A `maxLength` below the number of special tokens leaves these. */
  encode(text: string, options: EncodeOptions = {}): EncodedText {
    const { pair, maxLength = Number.POSITIVE_INFINITY, specialTokens = true } = options;
    const { truncation = 'longest_first', truncationSide: side = 'right' } = options;
    const template = pair === undefined ? this.#templates.single : this.#templates.pair;
    const most = Math.max(0, maxLength - (specialTokens ? specialsIn(template) : 0));
    const words = (pair === undefined ? [text] : [text, pair]).map((one) => this.#words(one));
    const kept = keptLengths(
      words.map((one) => encodedLength(one, maxLength, side)),
      most,
      truncation,
    );
    const texts = words.map((one, at) => {
      const all = one.flatMap((word) => word.ids);
      return side === 'right' ? all.slice(0, kept[at]) : all.slice(all.length - kept[at]!);
    });
    const [ids, typeIds]: [number[], number[]] = [[], []];
    const add = (more: readonly number[], type: number) => {
      for (const id of more) {
        ids.push(id);
        typeIds.push(type);
      }
    };
    for (const part of template) {
      if ('text' in part) add(texts[part.text]!, part.type);
      else if (specialTokens) add(part.ids, part.type);
    }
    return { ids, typeIds };
  }

  /** The text of tokens. @param options.specialTokens whether special tokens are written. Default: false */
  decode(ids: readonly number[], { specialTokens = false }: { readonly specialTokens?: boolean } = {}): string {
    if (ids.length === 0) return '';
    const hidden = new Set(this.#added.filter(({ special }) => special && !specialTokens).map(({ id }) => id));
    const shown = ids.filter((id) => !hidden.has(id));
    return shown.length === 0 ? '' : this.#library.decode(shown, { clean_up_tokenization_spaces: false });
  }

  /** The id of a token; undefined where there is none. */
  idOf(token: string): number | undefined {
    return this.#added.find(({ content }) => content === token)?.id ?? this.#library.model.tokens_to_ids.get(token);
  }

  /** The largest id, and one: a model needs as many embeddings, or more. */
  get size(): number {
    return this.#library.model.vocab.length;
  }

  /** How many special tokens are put around a text, or a pair. */
  specialTokens(pair: boolean): number {
    return specialsIn(pair ? this.#templates.pair : this.#templates.single);
  }

  #words(text: string): WordIds[] {
    return this.#raw(wellFormed(text)).flatMap((section) => {
      if ('token' in section) return addedToken(section.token);
      const normal = this.#normalize(section.text);
      if (normal === '') return [];
      return this.#normalized(normal).flatMap((inner) => {
        if ('token' in inner) return addedToken(inner.token);
        const first = section.start === 0 && inner.start === 0;
        return this.#preTokenize({ text: inner.text, first }).flatMap((part) =>
          part.text === '' ? [] : { ids: this.#model(part.text), isAdded: false },
        );
      });
    });
  }
}

function addedToken({ id }: AddedToken): WordIds {
  return { ids: [id], isAdded: true };
}

function readAddedToken(json: AddedTokenJson): AddedToken {
  const { id, content, special = false, single_word = false, lstrip = false, rstrip = false } = json;
  return { id, content, special, singleWord: single_word, lstrip, rstrip, normalized: json.normalized ?? !special };
}

function byContent(
  tokens: readonly AddedToken[],
  normalize: Normalize = (text) => text,
): ReadonlyMap<string, AddedToken> {
  return new Map(tokens.map((token) => [normalize(token.content), token]));
}

/** A lone surrogate is no character: Python cannot encode it, and files of UTF-8 have none. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
