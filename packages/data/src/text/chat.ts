import { checkOptions } from '@forge-ml/core/plugin';
import { encodeChat } from './encode-chat.js';
import type { ArrayMap, ArrayName } from './text-arrays.js';
import { dataOf, type NamesOf, planOf, type TextArrays, type TextPlan } from './tokenize.js';
import type { Tokenizer } from './tokenizer.js';

export interface ChatOptions<A extends TextArrays = TextArrays> {
  /** The most tokens of a conversation: longer ones are cut at the end, or where truncation_side of tokenizer_config.json says. Default: what tokenizer_config.json says, or 512. */
  readonly maxLength?: number;
  /** The arrays to make, or what the batch calls them. Default: `input_ids`, `attention_mask` and `labels`. */
  readonly arrays?: A;
  /** A Jinja template. Default: that of the tokenizer. */
  readonly template?: string;
  /** Pad every text to `maxLength`, for models of one length. Default: false, batches are padded to their longest. */
  readonly pad?: boolean;
  /** How many tokens the model knows. A tokenizer with more is an error. */
  readonly vocabulary?: number;
  /** The column with the messages. Default: the name in `prepare`. */
  readonly column?: string;
}

/**
 * Conversations as a decoder reads them, for `prepare`. The column has the messages as JSON: a list of `role` and
 * `content`; another text is a message of the user. The label of each place is the token that follows, and −100 where that is
 * not of an answer of the assistant.
 * @param tokenizer what `readTokenizer` read, or the path of tokenizer.json or its folder
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM, OPTION_UNKNOWN
 */
export function chat<
  const A extends readonly ArrayName[] | ArrayMap = readonly ['input_ids', 'attention_mask', 'labels'],
>(tokenizer: Tokenizer | string | URL, options: ChatOptions<A> = {}): TextPlan<NamesOf<A>> {
  checkOptions(options, ['maxLength', 'arrays', 'template', 'pad', 'vocabulary', 'column'], { of: 'chat' });
  const { column: name, ...rest } = options;
  return planOf(name).step(encodeChat, { ...rest, ...dataOf(tokenizer) }) as TextPlan<NamesOf<A>>;
}
