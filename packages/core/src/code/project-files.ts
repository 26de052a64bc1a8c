import { dirname, resolve } from 'node:path';
import { findUpwards } from '../files/find-upwards.js';
import { readBounded } from '../files/json-file.js';

/**
 * Files that change what the code means without being imported: each file's package.json (module type) and
 * tsconfig.json (paths), with the local files that one extends.
 */
export async function governingFiles(files: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of new Set(files.map(dirname))) {
    const packageJson = findUpwards('package.json', folder);
    if (packageJson !== undefined) found.add(packageJson);
    const tsconfig = findUpwards('tsconfig.json', folder);
    if (tsconfig !== undefined) await addWithBases(tsconfig, found);
  }
  return [...found];
}

async function addWithBases(tsconfig: string, found: Set<string>): Promise<void> {
  if (found.has(tsconfig)) return;
  const text = await readBounded(tsconfig, { what: 'tsconfig file', code: 'FILE_SYSTEM' }).then(
    String,
    () => undefined,
  );
  if (text === undefined) return;
  found.add(tsconfig);
  // tsconfig files allow comments and trailing commas, so the one key that matters is picked out of the text.
  for (const base of /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(text)?.[1]?.match(/"(\.[^"]*)"/g) ?? []) {
    const path = resolve(dirname(tsconfig), JSON.parse(base) as string);
    await addWithBases(path.endsWith('.json') ? path : `${path}.json`, found);
  }
}
