import { shellWord } from './shell-word.js';

/** Words as a command line to paste: `forge train --run-name 'two words'`. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => flagWord(word) ?? shellWord(word)).join(' ');
}

/** `--name` and `--name=value`, of which only the value is quoted; undefined for other words. */
function flagWord(word: string): string | undefined {
  const [, name, value] = /^(-{1,2}[A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === undefined) return undefined;
  return value === undefined ? name : `${name}=${value === '' ? '' : shellWord(value)}`;
}
