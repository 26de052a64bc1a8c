import * as reference from './reference-characters.js';

/** A class of a regular expression with the flag `u`, of code points in hexadecimal: `21-2f 3a`. */
export function characterClass(ranges: string): string {
  return `[${ranges.replace(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '')}]`;
}

// The classes of characters as the reference implementation (`tokenizers`, in Rust) has them.
export const controls = characterClass(reference.controls);
export const nonspacingMarks = characterClass(reference.nonspacingMarks);
export const marks = characterClass(reference.marks);
export const punctuation = characterClass(reference.punctuation);

/** White_Space of Unicode. `\s` of JavaScript has U+FEFF too, and lacks U+0085. */
export const whiteSpace = '\\p{White_Space}';

/** `\w` of Rust's regular expressions. */
export const word = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';

/** Lower case, character by character: JavaScript writes a Σ at the end of a word as ς, which depends on its neighbors. */
export function lowercase(text: string): string {
  if (!text.includes('Σ')) return text.toLowerCase();
  return text
    .split('Σ')
    .map((part) => part.toLowerCase())
    .join('σ');
}

/** A form of Unicode, for the characters that the reference's tables have. */
export function normalize(text: string, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): string {
  if (form === 'NFC' || !undecomposed.test(text)) return text.normalize(form);
  return text
    .split(undecomposed)
    .map((part, at) => (at % 2 === 0 ? part.normalize(form) : part))
    .join('');
}

/** Characters whose decompositions came with Unicode 10 to 17. */
const undecomposed =
  /([\u32FF\uA7F1-\uA7F4\uAB69\u{105C9}\u{105E4}\u{10781}-\u{10785}\u{10787}-\u{107B0}\u{107B2}-\u{107BA}\u{11383}\u{11385}\u{1138E}\u{11391}\u{113C5}\u{113C7}\u{113C8}\u{11938}\u{16121}-\u{16128}\u{16D68}-\u{16D6A}\u{1CCD6}-\u{1CCF9}\u{1E030}-\u{1E06D}\u{1F16C}\u{1FBF0}-\u{1FBF9}]+)/u;

/** Removes White_Space at the ends. */
export function strip(text: string, left: boolean, right: boolean): string {
  const start = left ? text.replace(leading, '') : text;
  return right ? start.replace(trailing, '') : start;
}

const leading = /^\p{White_Space}+/u;
const trailing = /(?<!\p{White_Space})\p{White_Space}+$/u;

/**
 * The text for regular expressions with classes of Unicode: characters of Unicode 17 are none of a class for the reference,
 * whose expressions know Unicode 16. Each is replaced by an unassigned one of the same length.
 */
export function asUnassigned(text: string): string {
  return later.test(text) ? text.replace(everyLater, (char) => (char.length === 1 ? '\u0378' : '\u{E0FFF}')) : text;
}

const unicode17 =
  '88f c5c cdc 1acf-1add 1ae0-1aeb a7ce-a7cf a7d2 a7d4 a7f1 10940-10959 10ec5-10ec7 10efa-10efb 11b60-11b67 11db0-11ddb 11de0-11de9 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18d09-18d1e 18d80-18df2 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 2b73a-2b73f 2cea2-2cead 323b0-33479';
const later = new RegExp(characterClass(unicode17), 'u');
const everyLater = new RegExp(characterClass(unicode17), 'gu');
