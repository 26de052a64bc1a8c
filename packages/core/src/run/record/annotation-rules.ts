import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { printableText } from '../../text/printable.js';
import type { Annotations } from './annotations.js';

const mostTags = 100;
const longestTag = 64;
const longestName = 200;
const longestNote = 10_000;

/** Words of the expressions that select runs. */
const reserved = ['and', 'or', 'not', 'in'];

/**
 * Requires a tag that needs no quotes in an expression: `tag = paper`.
 * @throws ForgeError FLAG_INVALID
 */
export function checkTag(tag: string): string {
  const fits = /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(tag) && tag.length <= longestTag;
  if (fits && !reserved.includes(tag.toLowerCase())) return tag;
  throw new ForgeError('FLAG_INVALID', `"${tag}" is not a valid tag.`, {
    about: 'tag',
    hint: fits
      ? `${tag} is a word of the expressions that select runs: choose another.`
      : `Start with a letter or "_"; use letters, digits, ".", "_" and "-", at most ${longestTag}.`,
  });
}

/** @throws ForgeError FLAG_INVALID for text that does not fit on one line */
export function checkDisplayName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length > longestName) throw tooLong('name', longestName);
  if (printableText(trimmed) === trimmed) return trimmed;
  throw new ForgeError('FLAG_INVALID', 'The name contains control or invisible characters.', {
    about: 'name',
    hint: 'Use text on one line.',
  });
}

/** @throws ForgeError FLAG_INVALID */
export function checkNote(note: string): string {
  const trimmed = note.trim();
  if (trimmed.length > longestNote) throw tooLong('note', longestNote);
  return trimmed;
}

export interface TagChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** Adds and removes tags; the others stay in their order. @throws ForgeError FLAG_INVALID */
export function changeTags(before: Annotations['tags'], change: TagChange): readonly string[] {
  checkOptions(change, ['add', 'remove'], { of: 'changeTags(before, change)' });
  const { add = [], remove = [] } = change;
  const tags = new Set(before.filter((tag) => !remove.includes(tag)));
  for (const tag of add) tags.add(checkTag(tag));
  if (tags.size <= Math.max(mostTags, before.length)) return [...tags];
  throw new ForgeError('FLAG_INVALID', `A run can have at most ${mostTags} tags.`, {
    about: 'tag',
    hint: 'Remove some, or write a note.',
  });
}

function tooLong(what: string, most: number): ForgeError {
  return new ForgeError('FLAG_INVALID', `The ${what} is longer than ${most.toLocaleString('en')} characters.`, {
    about: what,
    hint: 'Shorten it.',
  });
}
