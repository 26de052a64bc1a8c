import * as untyped from '@huggingface/tokenizers';
import type { Config } from './config.js';

/**
 * The parts of `@huggingface/tokenizers` that are used. Its declarations import files without their extensions, which
 * TypeScript does not find in a package of ES modules.
 */
interface Library {
  readonly Tokenizer: new (
    tokenizer: object,
    config: object,
  ) => {
    readonly model: LibraryModel;
    readonly decoder: { added_tokens: readonly { readonly content: string }[] } | null;
    decode(ids: number[], options: object): string;
  };
  readonly ReplaceNormalizer: new (config: Config) => { readonly pattern: RegExp | null };
  readonly SplitPreTokenizer: new (config: Config) => { readonly pattern: RegExp | null };
}

export interface LibraryModel {
  readonly vocab: string[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  readonly unk_token_id: number | null | undefined;
  _call(pieces: readonly string[]): readonly string[];
}

export const library: Library = untyped as unknown as Library;
