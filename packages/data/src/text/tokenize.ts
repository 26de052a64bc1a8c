import { type ColumnPlan, column } from '@forge-ml/core';
import { checkOptions } from '@forge-ml/core/plugin';
import { encodeText } from './encode-text.js';
import type { ArrayMap, ArrayName } from './text-arrays.js';
import type { Side, Truncation } from './tokenizer/truncate.js';
import { readTokenizer, Tokenizer } from './tokenizer.js';

export interface TokenizeTextOptions<A extends TextArrays = TextArrays> {
  /**
   * The most tokens of a text, special tokens included: longer ones are cut. Default: what tokenizer_config.json says, or
   * 512.
   */
  readonly maxLength?: number;
  /** Which text of a pair is cut. Default: `longest_first`, the longer one first. */
  readonly truncation?: Truncation;
  /** The end at which texts are cut. Default: what tokenizer_config.json says, or `right`. */
  readonly truncationSide?: Side;
  /** The column with the second text of a pair, such as the answer to a question. */
  readonly pair?: string;
  /**
   * The arrays to make, or what the batch calls them: `{ input_ids: 'anchor_ids' }`. Default: those that the model reads, by
   * tokenizer_config.json; without it `input_ids` and `attention_mask`, and `token_type_ids` where the tokenizer has types.
   */
  readonly arrays?: A;
  /** Pad every text to `maxLength`, for models of one length. Default: false, batches are padded to their longest. */
  readonly pad?: boolean;
  /** How many tokens the model knows. A tokenizer with more is an error, before the model fails or trains nonsense. */
  readonly vocabulary?: number;
  /** The column with the text. Default: the name in `prepare`. */
  readonly column?: string;
}

export type TextArrays = readonly ArrayName[] | ArrayMap;

/** A column that becomes several arrays of these names. */
export type TextPlan<N extends string> = ColumnPlan & { readonly makes: N };

/** The names that arrays have in the batch. */
export type NamesOf<A> = A extends readonly (infer N extends string)[]
  ? N
  : A extends ArrayMap
    ? Extract<A[keyof A], string>
    : never;

/**
 * The tokens of a text by the tokenizer of a model, for `prepare`: int32 arrays with the names of the model's inputs, padded to the
 * longest text of the batch. The tokenizer is stored with the run, so the run takes raw texts wherever it is loaded.
 * @param tokenizer what `readTokenizer` read, or the path of tokenizer.json or its folder
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM, OPTION_UNKNOWN
 */
export function tokenize<
  const A extends TextArrays = readonly ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'],
>(tokenizer: Tokenizer | string | URL, options: TokenizeTextOptions<A> = {}): TextPlan<NamesOf<A>> {
  checkOptions(
    options,
    ['maxLength', 'truncation', 'truncationSide', 'pair', 'arrays', 'pad', 'vocabulary', 'column'],
    {
      of: 'tokenize',
    },
  );
  const { column: name, ...rest } = options;
  return planOf(name).step(encodeText, { ...rest, ...dataOf(tokenizer) }) as TextPlan<NamesOf<A>>;
}

/** A plan of the column that it is named after, or of another. */
export function planOf(name: string | undefined): ColumnPlan {
  return column((name ?? null) as string);
}

export function dataOf(tokenizer: Tokenizer | string | URL): Pick<Tokenizer, never> & object {
  const { data } = tokenizer instanceof Tokenizer ? tokenizer : readTokenizer(tokenizer);
  return { tokenizer: data };
}
