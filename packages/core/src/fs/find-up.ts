import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest file of that name in a folder or one above it, no higher than `boundary`. */
export function findUp(name: string, from: string, boundary?: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, name);
    if (existsSync(candidate)) return candidate;
    if (folder === boundary || dirname(folder) === folder) return undefined;
  }
}
