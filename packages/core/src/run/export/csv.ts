import { ForgeError } from '../../errors/forge-error.js';
import type { StoredFlag } from '../record/flags-file.js';
import { numberText } from './number-text.js';

/** A field of text, by RFC 4180 with line feeds: quoted where a reader could take it for something else. @throws ForgeError RUN_INVALID */
export function csvText(text: string): string {
  requireUnicode(text);
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? quoted(text) : text;
}

/** A line of fields. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.join(',')}\n`;
}

/** A value: numbers read back exactly, several texts are separated by spaces, no value is an empty field. */
export function csvValue(value: string | number | boolean | readonly string[] | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'boolean' ? String(value) : csvText(typeof value === 'string' ? value : value.join(' '));
}

/** UTF-8 cannot hold half of a surrogate pair. */
function requireUnicode(text: string): void {
  if (/\p{Cs}/u.test(text)) {
    throw new ForgeError(
      'RUN_INVALID',
      `${JSON.stringify(text)} is not valid Unicode, so CSV cannot hold it exactly.`,
      {
        about: text,
        hint: 'JSON can: --format jsonl of forge runs export, --json of other commands.',
      },
    );
  }
}

/** A flag's value: text is always quoted, so that the text "10" is not the number 10; no value is an empty field. */
export function csvFlag(value: StoredFlag['value'] | undefined): string {
  if (typeof value !== 'string') return csvValue(value);
  requireUnicode(value);
  return quoted(value);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
