/**
 * A copy of data whose texts, names included, do nothing to a terminal: control characters, and those that turn the direction of
 * writing, stand as `\x1b`. What
 * comes out of a file that somebody else wrote could else move the cursor, hide lines or write to the clipboard.
 */
export function printable<T>(data: T): T {
  return copy(data) as T;
}

/** The same of one text. */
export function printableText(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === '\n') return ' ';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function copy(value: unknown): unknown {
  if (typeof value === 'string') return printableText(value);
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [printableText(name), copy(item)]));
}
