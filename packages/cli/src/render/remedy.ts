import type { Colors } from '../terminal/colors.js';
import { wrapWords } from '../terminal/wrap.js';

/** What to do, below what it is for. Breaks a sentence between words, and no command. */
export function renderRemedy(remedy: string, indent: number, colors: Colors, columns: number): string {
  const near = indent > columns / 2 ? 2 : indent;
  const lead = `${' '.repeat(near)}${colors.dim('→')}`;
  if (!remedy.endsWith('.')) return `${lead} ${remedy}`;
  return `${lead} ${wrapWords(remedy, columns - near - 2).replaceAll('\n', `\n${' '.repeat(near + 2)}`)}`;
}
