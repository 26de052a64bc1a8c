import { textWidth } from './table.js';

const gap = '  ';

/**
 * Parts in one line, two spaces between them; a part that does not fit begins a new line under the first one. No part
 * is broken: a number stays whole, and a path or a command can be copied.
 * @param lead what the first line begins with; further lines are indented by its width, where that leaves room
 * @param columns how many columns a line may fill
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
