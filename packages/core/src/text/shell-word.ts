import { printableText } from './printable.js';

/**
 * A text as one word of a suggested command line: quoted if a shell would interpret it, or the command would read it as
 * an option.
 */
export function shellWord(text: string): string {
  const word = printableText(text);
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
