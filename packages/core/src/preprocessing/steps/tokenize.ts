import { isObject } from '../../json/is-object.js';
import { CategoryCounts } from './category-counts.js';
import { isCount, isListOf, isText, requireOption, stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { nothingToLearn, type Step, type Value, ValueProblem } from './step.js';

type Options = {
  readonly by: 'words' | 'characters';
  readonly maxLength: number;
  readonly maxTokens: number;
  readonly minCount: number;
  readonly lowercase: boolean;
  readonly pad: boolean;
};
/** Token 0 pads, token 1 is any other word. */
type State = { readonly tokens: readonly string[] };

const of = 'tokenize(options)';
/** A stored file must not make the reader allocate gigabytes. */
const mostTokens = 1_000_000;
const [padding, unknown, first] = [0, 1, 2];

/**
 * The tokens of a text, int32: words and single punctuation marks, or characters, by the training rows' most frequent.
 * 0 pads up to `maxLength`, 1 is a token that is not among them; longer texts are cut.
 */
export const tokenize: Step<Options, State> = {
  kind: 'tokenize',
  version: 1,
  takes: ['text'],
  gives: 'tokens',
  options(given) {
    const defaults = {
      by: 'words',
      maxLength: 128,
      maxTokens: 20_000,
      minCount: 1,
      lowercase: true,
      pad: true,
    } as const;
    const options = stepOptions<Options>(given, defaults, of, { vocabularySize: 'maxTokens', lower: 'lowercase' });
    requireOption(['words', 'characters'].includes(options.by), of, 'by is "words" or "characters"');
    for (const name of ['maxLength', 'maxTokens', 'minCount'] as const) {
      requireOption(isCount(options[name], 1), of, `${name} is a whole number of at least 1`);
    }
    requireOption(options.maxLength <= mostTokens, of, `maxLength is at most ${mostTokens}`);
    for (const name of ['lowercase', 'pad'] as const) {
      requireOption(typeof options[name] === 'boolean', of, `${name} is true or false`);
    }
    return options;
  },
  fit(options) {
    const counts = new CategoryCounts();
    const split = splitter(options);
    return {
      add(value) {
        for (const token of split(value)) counts.add(token);
      },
      end() {
        const frequent = counts.byFrequency().filter((token) => counts.count(token) >= options.minCount);
        const often = options.minCount === 1 ? 'tokens' : `token ${options.minCount} times`;
        if (frequent.length === 0) throw nothingToLearn('tokenize', often);
        return { tokens: frequent.slice(0, options.maxTokens) };
      },
    };
  },
  isState: (state) => isObject(state) && isListOf(state.tokens, isText),
  convert(options, { tokens }) {
    const indices = new Map(tokens.map((token, index) => [token, index + first]));
    const split = splitter(options);
    const { maxLength, pad } = options;
    return (value) => {
      const found = split(value);
      const out = new Int32Array(pad ? maxLength : Math.min(found.length, maxLength)).fill(padding);
      for (let at = 0; at < Math.min(found.length, maxLength); at++) out[at] = indices.get(found[at]!) ?? unknown;
      return out;
    };
  },
  size: (_, { tokens }) => tokens.length + first,
};

/** Words with inner apostrophes, and every other character that is not a space. */
const words = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

function splitter({ by, lowercase }: Options): (value: Value) => readonly string[] {
  return (value) => {
    if (typeof value !== 'string') throw new ValueProblem(`is ${describeCell(value)}, not a text`);
    const normal = value.normalize('NFC');
    const text = lowercase ? normal.toLowerCase() : normal;
    return by === 'characters' ? [...text] : (text.match(words) ?? []);
  };
}
