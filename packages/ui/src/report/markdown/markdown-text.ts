import { printableText } from '@forge-ml/core/text';

/** A text as inline code, in which Markdown has no other meaning. Empty for an empty text. */
export function inCode(text: string): string {
  const plain = printableText(text);
  if (plain.trim() === '') return '';
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}

/** A table; its cells are Markdown, in which a `|` would end the cell, also in code. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The parts that are not empty, as paragraphs. */
export function paragraphs(parts: readonly (string | null)[]): string {
  return `${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`;
}
