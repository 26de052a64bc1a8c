import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Files that code refers to by a literal relative URL, as `new URL('./kernel.wasm', import.meta.url)`: they are not
 * imported, and code that is loaded from another folder does not find them.
 * @returns absolute paths of those that exist
 */
export async function filesNamedByUrl(path: string, content: Buffer): Promise<string[]> {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return [];
  const named: string[] = [];
  for (const [, , address] of content.toString('utf8').matchAll(literalUrl)) {
    const file = fileURLToPath(new URL(address!, pathToFileURL(resolve(path))));
    if ((await stat(file).catch(() => undefined)) !== undefined) named.push(file);
  }
  return named.filter((file) => file !== dirname(path));
}

const literalUrl = /new\s+URL\(\s*(['"`])(\.{1,2}\/[^'"`$\n]+)\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;
