import { ForgeError } from '../../errors/forge-error.js';

/**
 * Reads a list with commas: `paper, baseline`. A name given twice counts once.
 * @param option as the user wrote it: `--add`
 * @param noun what it lists: `tag`
 * @throws ForgeError FLAG_INVALID for an empty part, which would be silently without effect
 */
export function nameList(text: string, option: string, noun = 'name'): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.includes('')) return [...new Set(names)];
  const about = option.replace(/^--/, '');
  if (names.every((name) => name === '')) {
    throw new ForgeError('FLAG_INVALID', `${option} ${JSON.stringify(text)} names nothing.`, {
      about,
      hint: `Name one ${noun} or more, separated by commas.`,
    });
  }
  throw new ForgeError('FLAG_INVALID', `${option} ${JSON.stringify(text)} has an empty part: a ${noun} is missing.`, {
    about,
    hint: `Write the ${noun}, or remove the comma.`,
  });
}
