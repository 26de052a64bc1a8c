import { ForgeError, isCount, isObject, type Json, type MadeArray, requireOption } from '@forge-ml/core/plugin';
import { Tokenizer } from './tokenizer.js';
import type { TokenizerData } from './tokenizer-files.js';

/** The arrays of a text, int32, each as long as its tokens. */
export const arrayNames = [
  'input_ids',
  'attention_mask',
  'token_type_ids',
  'position_ids',
  'sequence_ids',
  'labels',
] as const;
export type ArrayName = (typeof arrayNames)[number];

/** Loss functions leave out places with this label: `softmaxCrossEntropy(logits, labels, { ignoreLabel: -100 })`. */
export const ignoredLabel = -100;

/** The names that the batch has for the arrays of a text. */
export type ArrayMap = { readonly [Name in ArrayName]?: string };

/** Options that all steps of texts have, as a run stores them. */
export type TextOptions = {
  readonly tokenizer: TokenizerData;
  readonly maxLength: number;
  readonly arrays: { readonly [name: string]: string };
  /** Whether every text is padded to `maxLength`. */
  readonly pad: boolean;
};

/** Checks what a call or a file gives, and adds what is missing. @throws ForgeError DATA_INVALID */
export function textOptions(
  of: string,
  given: {
    readonly tokenizer: Json;
    readonly maxLength: Json;
    readonly arrays: Json;
    readonly vocabulary?: Json;
    readonly pad?: Json;
  },
  specials: (tokenizer: Tokenizer) => number,
  usual: (tokenizer: Tokenizer) => readonly ArrayName[],
): TextOptions {
  requireOption(isTokenizerData(given.tokenizer), of, 'the tokenizer is one that readTokenizer() read');
  const data = given.tokenizer as unknown as TokenizerData;
  const tokenizer = new Tokenizer(data);
  const maxLength = given.maxLength ?? data.maxLength ?? 512;
  requireOption(isCount(maxLength, 1), of, 'maxLength is a whole number of at least 1');
  const around = specials(tokenizer);
  if ((maxLength as number) <= around) {
    throw new ForgeError(
      'DATA_INVALID',
      `${of}: maxLength is ${String(maxLength)}, and the special tokens alone are ${around}.`,
      {
        about: 'maxLength',
        hint: 'Give the longest length of a text in tokens, special tokens included, such as 128.',
      },
    );
  }
  const { pad = false } = given;
  requireOption(typeof pad === 'boolean', of, 'pad is true or false');
  const vocabulary = given.vocabulary ?? null;
  requireOption(vocabulary === null || isCount(vocabulary, 1), of, 'vocabulary is a whole number of at least 1');
  if (vocabulary !== null && tokenizer.size > (vocabulary as number)) {
    throw new ForgeError(
      'DATA_INVALID',
      `The tokenizer has ${tokenizer.size} tokens, and the model knows ${String(vocabulary)}: they do not belong together.`,
      { about: 'vocabulary', hint: 'Use the tokenizer.json of the model that you train.' },
    );
  }
  return {
    tokenizer: data,
    maxLength: maxLength as number,
    arrays: arraysOption(of, given.arrays, usual(tokenizer)),
    pad: pad === true,
  };
}

function arraysOption(of: string, given: Json, usual: readonly ArrayName[]): Record<string, string> {
  const named = given ?? Object.fromEntries(usual.map((name) => [name, name]));
  const entries: [string, unknown][] = Array.isArray(named)
    ? named.map((name) => [String(name), name])
    : Object.entries(isObject(named) ? named : { '': '' });
  const known = entries.every(
    ([name, to]) => arrayNames.includes(name as ArrayName) && typeof to === 'string' && to !== '',
  );
  requireOption(
    known && entries.length > 0,
    of,
    `arrays is a list of ${arrayNames.join(', ')}, or their names in the batch`,
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function isTokenizerData(value: Json): boolean {
  return isObject(value) && isObject(value.tokenizer) && isCount(value.padId) && isObject(value.tokens);
}

const packing: { readonly [Name in ArrayName]?: 'sequence' | 'position' } = {
  position_ids: 'position',
  sequence_ids: 'sequence',
};

/** How each array is padded, and packed. */
export function madeArrays({ tokenizer, arrays }: TextOptions): readonly MadeArray[] {
  const padding: Partial<Record<ArrayName, number>> = { input_ids: tokenizer.padId, labels: ignoredLabel };
  return Object.entries(arrays).map(([array, name]) => {
    const pad = padding[array as ArrayName] ?? 0;
    const packed = packing[array as ArrayName];
    return { name, pad, ...(array === 'labels' && { isTarget: true }), ...(packed !== undefined && { packed }) };
  });
}

/** The arrays by their names in the batch. */
export function namedArrays(
  options: TextOptions,
  values: {
    readonly ids: readonly number[];
    readonly typeIds?: readonly number[];
    readonly learned?: readonly number[];
  },
): { readonly arrays: Readonly<Record<string, Int32Array>> } {
  const { ids, typeIds, learned = ids } = values;
  const make: Readonly<Record<ArrayName, () => Int32Array>> = {
    input_ids: () => Int32Array.from(ids),
    attention_mask: () => new Int32Array(ids.length).fill(1),
    token_type_ids: () => (typeIds === undefined ? new Int32Array(ids.length) : Int32Array.from(typeIds)),
    position_ids: () => Int32Array.from(ids, (_, at) => at),
    // Which text of a packed sequence it is: `pack` numbers them. 0 is padding.
    sequence_ids: () => new Int32Array(ids.length).fill(1),
    // What a decoder has to say at each place is the token that follows.
    labels: () => Int32Array.from(ids, (_, at) => learned[at + 1] ?? ignoredLabel),
  };
  const made = Object.entries(options.arrays).map(([array, name]) => [name, make[array as ArrayName]()] as const);
  if (!options.pad) return { arrays: Object.fromEntries(made) };
  const padding = new Map(madeArrays(options).map(({ name, pad }) => [name, pad]));
  const padded = made.map(([name, values]) => {
    const out = new Int32Array(options.maxLength).fill(padding.get(name)!);
    out.set(values);
    return [name, out] as const;
  });
  return { arrays: Object.fromEntries(padded) };
}
