/**
 * Characters that act on a terminal, or are invisible: the control characters of ASCII and of Latin-1, format
 * characters (which turn the direction of writing, among others), separators of lines and paragraphs, and what is drawn
 * as nothing. Left are the two that choose how an emoji looks.
 */
const hidden = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** The same, but the ends of lines, tabs, and the colours that Forge itself writes. */
const hiddenInLines = new RegExp(`(\\u001b\\[(?:[0-4]|2[234]|39|[39][0-7])m)|(?![\\n\\t])${hidden.source}`, 'gu');

/**
 * A copy of data whose texts, names included, do nothing to a terminal and hide nothing: hidden characters are written
 * as `\x1b` or `\u{202e}`. Untrusted text could else move the cursor, hide lines, look like other text or write to the
 * clipboard.
 */
export function printable<T>(data: T): T {
  return copy(data) as T;
}

/** The same of one text; an end of a line becomes a space. */
export function printableText(text: string): string {
  return text.replace(hidden, (character) => (character === '\n' ? ' ' : escaped(character)));
}

/** The same of text that is laid out: lines, tabs and colours stay. */
export function printableLines(text: string): string {
  return text.replace(hiddenInLines, (character, color?: string) => color ?? escaped(character));
}

/** JSON text whose hidden characters are written as `\u202e`, which says the same to every reader of JSON. */
export function printableJson(json: string): string {
  return json.replace(hidden, (character) => {
    if (character === '\n') return character;
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function copy(value: unknown): unknown {
  if (typeof value === 'string') return printableText(value);
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [printableText(name), copy(item)]));
}
