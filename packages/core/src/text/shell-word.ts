import { printableText } from './printable.js';

/**
 * A text as one word of a command line that is suggested to a person: in quotes where a shell would make something else
 * of it, or the command an option.
 */
export function shellWord(text: string): string {
  const word = printableText(text);
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
