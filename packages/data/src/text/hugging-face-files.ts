import type { TextOptions } from './text-arrays.js';
import { Tokenizer } from './tokenizer.js';
import type { TokenizerData } from './tokenizer-files.js';

/**
 * The tokenizer as the libraries of Hugging Face read it: tokenizer.json and tokenizer_config.json, by name.
 * @param template of conversations. Default: the tokenizer's own
 */
export function huggingFaceFiles(
  { tokenizer: data, maxLength, arrays, pair = null }: TextOptions & { readonly pair?: string | null },
  template = data.chatTemplate,
): Readonly<Record<string, string>> {
  const inputs = data.inputs ?? Object.keys(arrays).filter((name) => name !== 'labels' && name !== 'sequence_ids');
  const config = {
    ...classOf(data, pair !== null),
    model_max_length: maxLength,
    model_input_names: inputs,
    ...(data.tokens.pad_token === undefined ? padToken(data) : {}),
    ...data.tokens,
    ...(data.truncationSide === undefined ? {} : { truncation_side: data.truncationSide }),
    ...(data.splitSpecialTokens === true ? { split_special_tokens: true } : {}),
    clean_up_tokenization_spaces: data.cleanUp === true,
    ...(template === null ? {} : { chat_template: template }),
  };
  return { 'tokenizer.json': text(data.tokenizer), 'tokenizer_config.json': text(config) };
}

/**
 * The class that adds nothing to tokenizer.json. Pairs whose texts have types need that of BERT: transformers.js gives types
 * for it only. Python's has the options of the normalizer from here.
 */
function classOf(data: TokenizerData, pairs: boolean): Readonly<Record<string, unknown>> {
  if (!pairs || !new Tokenizer(data).hasTypes) return { tokenizer_class: 'PreTrainedTokenizerFast' };
  const { normalizer } = data.tokenizer as { readonly normalizer?: Readonly<Record<string, unknown>> | null };
  if (normalizer?.type !== 'BertNormalizer') return { tokenizer_class: 'BertTokenizer' };
  const { lowercase, strip_accents: accents, handle_chinese_chars: chinese } = normalizer;
  return {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: lowercase,
    ...(typeof accents === 'boolean' ? { strip_accents: accents } : {}),
    tokenize_chinese_chars: chinese,
  };
}

/** Texts of one batch are padded with a token that has a name. */
function padToken({ tokenizer, padId }: TokenizerData): { readonly pad_token?: string } {
  const { added_tokens: added } = tokenizer as {
    readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  };
  const found = added?.find(({ id }) => id === padId);
  return found === undefined ? {} : { pad_token: found.content };
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
