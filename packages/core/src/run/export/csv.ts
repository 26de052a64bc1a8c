import { ForgeError } from '../../errors/forge-error.js';
import type { StoredFlag } from '../record/flags-file.js';
import { numberText } from './number-text.js';

/** A field of text, by RFC 4180: quoted where a reader could take it for something else. @throws ForgeError RUN_INVALID */
export function csvText(text: string): string {
  requireUnicode(text);
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? quoted(text) : text;
}

/** UTF-8 cannot hold half of a surrogate pair. */
function requireUnicode(text: string): void {
  if (/\p{Cs}/u.test(text)) {
    throw new ForgeError(
      'RUN_INVALID',
      `${JSON.stringify(text)} is not valid Unicode, so CSV cannot hold it exactly.`,
      {
        about: text,
        hint: 'Export with --format jsonl, which can.',
      },
    );
  }
}

/** A flag's value: text is always quoted, so that the text "10" is not the number 10; no value is an empty field. */
export function csvFlag(value: StoredFlag['value'] | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') {
    requireUnicode(value);
    return quoted(value);
  }
  return typeof value === 'number' ? numberText(value) : String(value);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
