import type { ErrorPlace } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import { textWidth } from '../terminal/text-width.js';

const mark = '…';

/**
 * The line that an error is about, and a line that underlines the place with `^^^^`. Of a long line the part around the
 * place is shown.
 * @param width of both, in terminal columns
 */
export function renderPlace({ text, start, end }: ErrorPlace, width: number): string {
  const most = Math.max(20, Math.min(width, 200) - 4);
  // Of a text of 10,000 characters no more is measured than is shown: the loops below measure what is left each time.
  const kept = most + 1;
  let before = printableText(text.slice(0, start)).slice(-kept);
  let at = printableText(text.slice(start, end)).slice(0, kept);
  let after = printableText(text.slice(end)).slice(0, kept);
  while (textWidth(at) > most - 2) at = at.slice(0, -1);
  while (
    textWidth(before) + textWidth(at) + textWidth(after) > most &&
    after.length > 1 &&
    textWidth(after) > most / 4
  ) {
    after = `${after.replace(mark, '').slice(0, -1)}${mark}`;
  }
  while (textWidth(before) + textWidth(at) + textWidth(after) > most && before.length > 1) {
    before = `${mark}${before.replace(mark, '').slice(1)}`;
  }
  const underline = ' '.repeat(textWidth(before)) + '^'.repeat(Math.max(1, textWidth(at)));
  return `    ${before}${at}${after}\n    ${underline}`;
}
