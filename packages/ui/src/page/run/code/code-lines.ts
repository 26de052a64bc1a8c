import { printableText } from '@forge-ml/core/text';
import { highlight, type Token } from './highlight.js';

export type Line = readonly Token[];

const languages = /\.(?:[cm]?[jt]sx?|jsonc?)$/;

/** The lines of a file in tokens, which are plain if its language is another. Tokens of several lines are divided. */
export function codeLines(text: string, path: string): Line[] {
  const content = text.endsWith('\n') ? text.slice(0, -1) : text;
  const tokens = languages.test(path) ? highlight(content) : [{ text: content, type: null }];
  const lines: Token[][] = [[]];
  for (const { text: part, type } of tokens) {
    for (const [at, piece] of part.split('\n').entries()) {
      if (at > 0) lines.push([]);
      if (piece !== '') lines.at(-1)!.push({ text: shown(piece), type });
    }
  }
  return lines;
}

/** Tabs and all that is visible as it is; characters that hide or reorder code as escapes. */
function shown(piece: string): string {
  return piece.replace(/\r$/, '').split('\t').map(printableText).join('\t');
}
