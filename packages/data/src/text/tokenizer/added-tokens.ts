import { strip, word } from './characters.js';

/** A token that is found in the text before it is split: `[MASK]`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Whether it is looked for in the normalized text. */
  readonly normalized: boolean;
  /** Not inside of a word. */
  readonly singleWord: boolean;
  /** Whether it takes the spaces before it, and after it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}

/** A text between added tokens, with its place; or an added token. */
export type Section = { readonly text: string; readonly start: number } | { readonly token: AddedToken };

const endsInWord = new RegExp(`${word}$`, 'u');
const beginsWithWord = new RegExp(`^${word}`, 'u');

/**
 * Finds added tokens in texts: the first, and of several at one place the longest.
 * @param contents the tokens by the text to look for
 */
export function addedTokenSplitter(contents: ReadonlyMap<string, AddedToken>): (text: string) => Section[] {
  const longestFirst = [...contents.keys()].filter((content) => content !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => [{ text, start: 0 }];
  const pattern = new RegExp(
    longestFirst.map((content) => content.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    'gu',
  );
  return (text) => {
    const sections: Section[] = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const token = contents.get(match[0])!;
      let [from, to] = [match.index, match.index + match[0].length];
      if (token.singleWord && (endsInWord.test(text.slice(0, from)) || beginsWithWord.test(text.slice(to)))) continue;
      if (token.lstrip) from = Math.max(end, strip(text.slice(0, from), false, true).length);
      if (token.rstrip) to = text.length - strip(text.slice(to), true, false).length;
      // The token before it has taken it, with the spaces after that.
      if (to <= end) continue;
      if (from > end) sections.push({ text: text.slice(end, from), start: end });
      sections.push({ token });
      end = to;
    }
    if (end < text.length) sections.push({ text: text.slice(end), start: end });
    return sections;
  };
}
