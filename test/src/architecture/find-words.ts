/** A word that readers do not know or do not search for, and the plain word for it. */
export interface Word {
  /**
   * The source of a regular expression for whole words, in any case. A space stands for any gap between two words: in
   * a sentence, also across the lines of a comment, or in a camelCase, kebab-case or snake_case name.
   */
  readonly find: string;
  /** What to write instead. */
  readonly use: string;
  /** Find it only in camelCase, kebab-case and snake_case names: in a sentence it is plain English. */
  readonly inNames?: true;
}

/** A text in which a word of the list is the right one. */
export interface Exception {
  /** The exact text that contains the word. */
  readonly text: string;
  /** The only file that may contain it. Default: all. */
  readonly file?: string;
  readonly reason: string;
}

export interface Hit {
  /** From 1. */
  readonly line: number;
  readonly match: string;
  readonly use: string;
}

/** Between the words of a name: a hyphen, an underscore, or the mark that `splitNames` puts before a capital letter. */
const nameGap = '[-_\u200b]';
/** Between the words of a sentence. The next word may be on the next line of a comment. */
const sentenceGap = String.raw`\s+(?:(?:\*|\/\/|#|>)\s+)?`;

/** Finds every word of the list in a text, except where an exception covers it. */
export function findWords(text: string, words: readonly Word[], exceptions: readonly Exception[] = []): Hit[] {
  const split = splitNames(text);
  const allowed = exceptions.flatMap((exception) => placesOf(splitNames(exception.text), split));
  const hits: Hit[] = [];
  for (const word of words) {
    for (const { index, 0: found } of split.matchAll(expressionOf(word))) {
      if (allowed.some(({ start, end }) => start <= index && index + found.length <= end)) continue;
      const line = split.slice(0, index).split('\n').length;
      const match = found.replaceAll('\u200b', '').replaceAll(new RegExp(sentenceGap, 'g'), ' ');
      hits.push({ line, match, use: word.use });
    }
  }
  return hits;
}

function splitNames(text: string): string {
  return text.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '\u200b');
}

function placesOf(phrase: string, text: string): { readonly start: number; readonly end: number }[] {
  const places = [];
  for (let start = text.indexOf(phrase); start >= 0; start = text.indexOf(phrase, start + 1)) {
    places.push({ start, end: start + phrase.length });
  }
  return places;
}

function expressionOf({ find, inNames }: Word): RegExp {
  const gap = inNames ? nameGap : `(?:${sentenceGap}|${nameGap})`;
  return new RegExp(`(?<![a-z])(?:${find.replaceAll(' ', gap)})(?![a-z])`, 'gi');
}
