import { describeCell, type Step, stepOptions, ValueProblem } from '@forge-ml/core/plugin';
import { huggingFaceFiles } from './hugging-face-files.js';
import { type ArrayName, madeArrays, namedArrays, type TextOptions, textOptions } from './text-arrays.js';
import { Tokenizer } from './tokenizer.js';
import type { TokenizerData } from './tokenizer-files.js';

type Options = TextOptions & { readonly pair: string | null };

const of = 'tokenize(tokenizer, options)';

/** The tokens of a text, or of two columns as a pair, by a tokenizer that is stored with the run. */
export const encodeText: Step<Options> = {
  kind: 'encodeText',
  version: 1,
  takes: ['text'],
  gives: 'arrays',
  options(given) {
    const defaults = { tokenizer: null, maxLength: null, arrays: null, pair: null, vocabulary: null, pad: false };
    const options = stepOptions<Readonly<Record<string, never>>>(given, defaults as never, of, {
      max_length: 'maxLength',
      truncation: 'maxLength',
      padding: 'pad',
      text_pair: 'pair',
    }) as unknown as { tokenizer: TokenizerData; maxLength: null; arrays: null; pair: string | null; pad: boolean };
    const { pair } = options;
    const usual = (tokenizer: Tokenizer): ArrayName[] => {
      const named = (tokenizer.data.inputs ?? []).filter((name) => usualArrays.includes(name));
      if (named.length > 0) return named as ArrayName[];
      return tokenizer.hasTypes ? ['input_ids', 'attention_mask', 'token_type_ids'] : ['input_ids', 'attention_mask'];
    };
    return { ...textOptions(of, options, (tokenizer) => tokenizer.specialTokens(pair !== null), usual), pair };
  },
  isState: (state) => state === null,
  also: ({ pair }) => (pair === null ? [] : [pair]),
  convert(options) {
    const tokenizer = new Tokenizer(options.tokenizer);
    const { maxLength, pair } = options;
    return (value, [second]) => {
      if (typeof value !== 'string') throw new ValueProblem(`is ${describeCell(value)}, not a text`);
      if (pair === null) return namedArrays(options, tokenizer.encode(value, { maxLength }));
      if (typeof second !== 'string') {
        throw new ValueProblem(
          `is paired with the column "${pair}", which is ${describeCell(second ?? null)}, not a text`,
        );
      }
      return namedArrays(options, tokenizer.encode(value, { maxLength, pair: second }));
    };
  },
  arrays: madeArrays,
  size: ({ tokenizer }) => new Tokenizer(tokenizer).size,
  files: (options) => huggingFaceFiles(options),
};

const usualArrays: readonly string[] = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
