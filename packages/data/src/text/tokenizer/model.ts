import { bpe, bytesOf } from './bpe.js';
import { type Config, unsupported } from './config.js';
import type { LibraryModel } from './library.js';
import { unigram } from './unigram.js';

/**
 * The model of a tokenizer.json, as the reference implementation computes it: a function from a word to the ids of its tokens.
 * @param library the model as `@huggingface/tokenizers` reads it
 * @throws ForgeError DATA_INVALID for a type, or an option of it, that is not supported
 */
export function modelOf(config: Config, library: LibraryModel): (word: string) => readonly number[] {
  const ids = library.tokens_to_ids;
  if (typeof config.dropout === 'number' && config.dropout > 0)
    throw unsupported('model with dropout of merges', config.type);
  switch (typeOf(config)) {
    case 'BPE':
      return bpe(config);
    case 'Unigram': {
      const pieces = unigram(config);
      const unknown = (piece: string) => (config.byte_fallback === true ? bytesOf(piece, ids) : undefined);
      return (word) => pieces(word).flatMap((piece) => ids.get(piece) ?? unknown(piece) ?? unknownOf(library, piece));
    }
    case 'WordPiece':
      return (word) => library._call([word]).map((piece) => ids.get(piece) ?? unknownOf(library, piece));
    default:
      throw unsupported('model', config.type);
  }
}

/** Older files have no type: what they have besides tells. */
export function typeOf(config: Config): unknown {
  if (config.type !== undefined) return config.type;
  if (config.merges !== undefined) return 'BPE';
  return Array.isArray(config.vocab) ? 'Unigram' : 'WordPiece';
}

function unknownOf({ unk_token_id: id }: LibraryModel, piece: string): number {
  if (id !== undefined && id !== null) return id;
  throw new Error(`"${piece}" is not in the vocabulary, and there is no token for what is unknown`);
}
