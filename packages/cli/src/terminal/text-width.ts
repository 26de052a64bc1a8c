import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** Terminal columns of a text: 2 for a CJK character or an emoji, 0 for a combining mark or an escape sequence. */
export function textWidth(text: string): number {
  const visible = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  // Most text is ASCII, and splitting it into graphemes would make long tables slow.
  return /^[\x20-\x7e]*$/.test(visible) ? visible.length : stringWidth(visible);
}

/** The widest of the texts, in terminal columns; 0 without any. */
export function widestOf(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);
}

/** Adds spaces until a text fills so many terminal columns. */
export function padText(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}
