import { describeCell, isForgeError, requireOption, type Step, stepOptions, ValueProblem } from '@forge-ml/core/plugin';
import { huggingFaceFiles } from './hugging-face-files.js';
import { type ArrayName, madeArrays, namedArrays, type TextOptions, textOptions } from './text-arrays.js';
import { type Side, sides, type Truncation, truncations } from './tokenizer/truncate.js';
import { type EncodedText, type EncodeOptions, Tokenizer } from './tokenizer.js';
import type { TokenizerData } from './tokenizer-files.js';

type Options = TextOptions & {
  readonly pair: string | null;
  /** Only where they are given, so that the steps of earlier runs are the same. */
  readonly truncation?: Truncation;
  readonly truncationSide?: Side;
};

const of = 'tokenize(tokenizer, options)';

/** The tokens of a text, or of two columns as a pair, by a tokenizer that is stored with the run. */
export const encodeText: Step<Options> = {
  kind: 'encodeText',
  version: 1,
  takes: ['text'],
  gives: 'arrays',
  options(given) {
    const usualOptions = { tokenizer: null, maxLength: null, arrays: null, pair: null, vocabulary: null, pad: false };
    const defaults = { ...usualOptions, truncation: null, truncationSide: null };
    const options = stepOptions<Readonly<Record<string, never>>>(given, defaults as never, of, {
      max_length: 'maxLength',
      padding: 'pad',
      text_pair: 'pair',
    }) as unknown as { tokenizer: TokenizerData; maxLength: null; arrays: null; pair: string | null; pad: boolean } & {
      truncation: Truncation | null;
      truncationSide: Side | null;
    };
    const { pair, truncation, truncationSide } = options;
    requireOption(
      truncation === null || truncations.includes(truncation),
      of,
      `truncation is ${truncations.join(', ')}`,
    );
    requireOption(
      truncationSide === null || sides.includes(truncationSide),
      of,
      `truncationSide is ${sides.join(' or ')}`,
    );
    const isSecond = truncation === 'only_second' && pair === null;
    requireOption(!isSecond, of, 'truncation is only_second with a pair only: name the column of the second text');
    const cut = { ...(truncation !== null && { truncation }), ...(truncationSide !== null && { truncationSide }) };
    const usual = (tokenizer: Tokenizer): ArrayName[] => {
      const named = (tokenizer.data.inputs ?? []).filter((name) => usualArrays.includes(name));
      if (named.length > 0) return named as ArrayName[];
      return tokenizer.hasTypes ? ['input_ids', 'attention_mask', 'token_type_ids'] : ['input_ids', 'attention_mask'];
    };
    return { ...textOptions(of, options, (tokenizer) => tokenizer.specialTokens(pair !== null), usual), pair, ...cut };
  },
  isState: (state) => state === null,
  also: ({ pair }) => (pair === null ? [] : [pair]),
  convert(options) {
    const tokenizer = new Tokenizer(options.tokenizer);
    const { pair, maxLength, truncation, truncationSide } = options;
    const cut = { maxLength, ...(truncation && { truncation }), ...(truncationSide && { truncationSide }) };
    return (value, [second]) => {
      if (typeof value !== 'string') throw new ValueProblem(`is ${describeCell(value)}, not a text`);
      if (pair === null) return namedArrays(options, tokenizer.encode(value, cut));
      if (typeof second !== 'string') {
        throw new ValueProblem(
          `is paired with the column "${pair}", which is ${describeCell(second ?? null)}, not a text`,
        );
      }
      return namedArrays(options, encodePair(tokenizer, value, { ...cut, pair: second }));
    };
  },
  arrays: madeArrays,
  size: ({ tokenizer }) => new Tokenizer(tokenizer).size,
  files: (options) => huggingFaceFiles(options),
};

/** A text that is too short to be cut is a fault of the row. */
function encodePair(tokenizer: Tokenizer, text: string, options: EncodeOptions): EncodedText {
  try {
    return tokenizer.encode(text, options);
  } catch (error) {
    if (isForgeError(error) && error.about === 'truncation')
      throw new ValueProblem(`cannot be cut: ${error.message}`, error.hint);
    throw error;
  }
}

const usualArrays: readonly string[] = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
