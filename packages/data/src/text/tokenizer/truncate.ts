import { ForgeError } from '@forge-ml/core/plugin';

/** Which text of a pair is cut, and at which end, by their names in `tokenizers` of Python. */
export const truncations = ['longest_first', 'only_first', 'only_second'] as const;
export type Truncation = (typeof truncations)[number];
export const sides = ['left', 'right'] as const;
export type Side = (typeof sides)[number];

/** The tokens of a word, or an added token. */
export interface WordIds {
  readonly ids: readonly number[];
  readonly isAdded: boolean;
}

/**
 * How many tokens of a text the reference implementation has when it truncates: it stops to encode after the word in which
 * the text reaches the length (`tokenize_with_limit`), so a text can be longer than `most` by the rest of a word. Added tokens
 * count, but it does not stop after them.
 * @param side where the text is cut: 'left' encodes from its end
 */
export function encodedLength(words: readonly WordIds[], most: number, side: Side): number {
  let length = 0;
  for (let at = 0; at < words.length; at++) {
    const { ids, isAdded } = words[side === 'right' ? at : words.length - 1 - at]!;
    length += ids.length;
    if (!isAdded && length >= most) break;
  }
  // Added tokens behind the last word are dropped with the words that are not encoded.
  return length;
}

/**
 * How many tokens are kept of a text, or of each of a pair, that may have `most` together, as `truncate_encodings` of the
 * reference implementation has it.
 * @throws ForgeError DATA_INVALID if the text that is to be cut is too short for that
 */
export function keptLengths(lengths: readonly number[], most: number, truncation: Truncation): readonly number[] {
  const [first, second] = lengths as [number, number?];
  const over = first + (second ?? 0) - most;
  if (over <= 0) return lengths;
  if (truncation === 'longest_first') return second === undefined ? [most] : keptOfPair(first, second, most);
  const cut = truncation === 'only_first' ? first : second;
  if (most === 0) return lengths.map(() => 0);
  if (cut !== undefined && cut > over)
    return truncation === 'only_first' ? lengths.with(0, cut - over) : lengths.with(1, cut - over);
  throw new ForgeError('DATA_INVALID', `${noSecond(cut)} cannot be cut by ${over} tokens with ${truncation}.`, {
    about: 'truncation',
    hint: 'Raise maxLength, or use longest_first, which cuts both texts.',
  });
}

function noSecond(cut: number | undefined): string {
  return cut === undefined ? 'A text without a second one' : `A text of ${cut} tokens`;
}

/** Of the longer text as few as needed, then the same number of both (`longest_first`). */
function keptOfPair(first: number, second: number, most: number): [first: number, second: number] {
  const shorter = Math.min(first, second);
  const longer = shorter > most ? shorter : Math.max(shorter, most - shorter);
  const half = Math.floor(most / 2);
  const [few, many] = shorter + longer > most ? [half, half + (most % 2)] : [shorter, longer];
  return first > second ? [many, few] : [few, many];
}
