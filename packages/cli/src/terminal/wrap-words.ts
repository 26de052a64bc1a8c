import { textWidth } from './text-width.js';

/** Breaks a sentence between words so that its lines fit a width in terminal columns. */
export function wrapWords(text: string, columns: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && textWidth(line) + 1 + textWidth(word) <= columns)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
