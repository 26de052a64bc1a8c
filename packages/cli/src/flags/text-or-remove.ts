import { ForgeError } from '@forge-ml/core/flags';

/**
 * The text of the words after a run, which need no quotes; empty with `--remove`.
 * @throws ForgeError USAGE for neither or both
 */
export function textOrRemove(words: readonly string[], remove: boolean, command: 'note' | 'rename'): string {
  const text = words.join(' ').trim();
  if ((text === '') === remove) return text;
  const what = command === 'note' ? 'TEXT' : 'NAME';
  throw new ForgeError(
    'USAGE',
    `forge runs ${command} requires ${remove ? `either ${what} or` : `${what} or`} --remove.`,
    {
      about: 'remove',
      hint: `See forge runs ${command} --help.`,
    },
  );
}
