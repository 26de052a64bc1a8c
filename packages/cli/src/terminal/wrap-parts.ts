import { textWidth } from './text-width.js';

const gap = '  ';

/**
 * Joins parts by two spaces, and starts a new line below the first part where one does not fit. Never breaks a part, so
 * that a path or a command can be copied.
 * @param lead the start of the first line; further lines are indented by its width if there is room
 * @param columns the width in terminal columns
 */
export function wrapParts(lead: string, parts: readonly string[], columns: number): string {
  const indent = textWidth(lead) + gap.length > columns / 2 ? gap + gap : ' '.repeat(textWidth(lead) + gap.length);
  let text = lead;
  let used = textWidth(lead);
  for (const [index, part] of parts.entries()) {
    const width = textWidth(part);
    const fits = used + gap.length + width <= columns;
    const startsLine = lead === '' && index === 0;
    if (startsLine) text = part;
    else text += fits ? gap + part : `\n${indent}${part}`;
    used = startsLine ? width : fits ? used + gap.length + width : indent.length + width;
  }
  return text;
}
