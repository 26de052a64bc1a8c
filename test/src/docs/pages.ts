import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The code blocks of a page in a language, and the line each starts at. */
export async function blocksIn(page: string, language: string): Promise<{ text: string; line: number }[]> {
  const content = await readFile(join(root, page), 'utf8');
  return [...content.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => ({
    text: match[1]!,
    line: content.slice(0, match.index).split('\n').length + 1,
  }));
}

/** The commands of a page: the lines after `$ ` in console blocks. */
export async function commandsIn(page: string): Promise<string[]> {
  const blocks = await blocksIn(page, 'console');
  return blocks
    .flatMap(({ text }) => text.split('\n').filter((line) => line.startsWith('$ ')))
    .map((line) => line.slice(2));
}
