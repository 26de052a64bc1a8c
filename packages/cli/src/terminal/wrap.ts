import { textWidth } from './text-width.js';

const gap = '  ';

/**
 * Joins parts by two spaces, and starts a new line below the first part where one does not fit. Never breaks a part, so
 * that a path or a command can be copied.
 * @param lead the start of the first line; further lines are indented by its width if there is room
 * @param columns the width in terminal columns
 */
export function wrapParts(lead: string, parts: readonly string[], columns: number): string {
  if (lead === '') return join(parts, gap, gap, columns);
  const width = textWidth(lead) + gap.length;
  if (width > columns / 2) return join([lead, ...parts], gap, gap + gap, columns);
  // A part that does not fit here does not fit on the next line either.
  return join([[lead, ...parts.slice(0, 1)].join(gap), ...parts.slice(1)], gap, ' '.repeat(width), columns);
}

/**
 * Breaks a sentence between words so that its lines fit a width in terminal columns.
 * @param lead the start of the first line; further lines are indented as by `wrapParts`
 */
export function wrapWords(text: string, columns: number, lead = ''): string {
  if (lead === '') return join(text.split(' '), ' ', '', columns);
  const width = textWidth(lead) + gap.length;
  const [first = '', ...words] = text.split(' ');
  return join([lead + gap + first, ...words], ' ', width > columns / 2 ? gap + gap : ' '.repeat(width), columns);
}

function join(parts: readonly string[], space: string, indent: string, columns: number): string {
  const [first = '', ...others] = parts;
  let text = first;
  let used = textWidth(first);
  for (const part of others) {
    const width = textWidth(part);
    const fits = used + space.length + width <= columns;
    text += fits ? space + part : `\n${indent}${part}`;
    used = fits ? used + space.length + width : indent.length + width;
  }
  return text;
}
