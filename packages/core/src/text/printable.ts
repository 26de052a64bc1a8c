/**
 * Characters that control a terminal or are invisible: control characters of ASCII and Latin-1, format characters (such
 * as bidirectional overrides), separators of lines and paragraphs, and default-ignorable code points. The two variation
 * selectors for emoji are allowed.
 */
const hidden = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** The same, except line ends, tabs, and the colours that Forge itself writes. */
const hiddenInLines = new RegExp(`(\\u001b\\[(?:[0-4]|2[234]|39|[39][0-7])m)|(?![\\n\\t])${hidden.source}`, 'gu');

/**
 * A copy of data that is safe to print: hidden characters in texts and keys are escaped as `\x1b` or `\u{202e}`.
 * Otherwise untrusted text could move the cursor, hide lines, look like other text or write to the clipboard.
 */
export function printable<T>(data: T): T {
  return copy(data) as T;
}

/** The same for one text; a line end becomes a space. */
export function printableText(text: string): string {
  return text.replace(hidden, (character) => (character === '\n' ? ' ' : escaped(character)));
}

/** The same for text with a layout: line ends, tabs and colours stay. */
export function printableLines(text: string): string {
  return text.replace(hiddenInLines, (character, color?: string) => color ?? escaped(character));
}

/** JSON text whose hidden characters are escaped as `\u202e`; it parses to the same value. */
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
